/**
 * Queries about everyday life and software in languages that the shipped model was not trained on: some are sentences,
 * some only one or two words.
 */
export const OTHER_LANGUAGES: readonly string[] = [
  'Wie kündige ich meinen Mietvertrag rechtzeitig?',
  'Rezept für Kartoffelsuppe mit Würstchen',
  'Passwort vergessen',
  'Schuhgröße umrechnen',
  'Comment faire pousser des tomates sur un balcon ?',
  'horaires de la bibliothèque municipale',
  'mot de passe oublié',
  'recette de crêpes',
  '¿Cuál es la mejor época para visitar Sevilla?',
  'receta de tortilla de patatas',
  'cambiar el idioma del teclado',
  'olvidé mi contraseña',
  'Come si prepara il risotto ai funghi?',
  'orari dei treni per Bologna',
  'ricetta del tiramisù',
  'Como trocar o pneu do carro?',
  'previsão do tempo para amanhã',
  'receita de pão de queijo',
  'Hoe laat gaat de winkel open?',
  'wachtwoord vergeten',
  'recept voor pannenkoeken',
  'Hur lång tid tar det att cykla till Lund?',
  'glömt lösenord',
  'Jak ugotować barszcz czerwony?',
  'zapomniane hasło',
  'rozkład jazdy autobusów',
  'Jak dlouho se vaří vejce natvrdo?',
  'zapomenuté heslo',
  'Hogyan kell gulyást főzni?',
  'elfelejtett jelszó',
  'Kuinka kauan kananmunaa keitetään?',
  'unohtunut salasana',
  'Türk kahvesi nasıl yapılır?',
  'şifremi unuttum',
  'как сварить борщ',
  'забыл пароль',
  'расписание поездов до Казани',
  'як зварити вареники',
  'забув пароль',
  'πώς φτιάχνω μουσακά',
  'ξέχασα τον κωδικό',
  'איך מכינים חומוס',
  'شوربة العدس طريقة التحضير',
  'نسيت كلمة المرور',
  'चाय कैसे बनाते हैं',
  'पासवर्ड भूल गया',
  '怎么做红烧肉',
  '忘记密码',
  '味噌汁の作り方',
  'パスワードを忘れた',
  '김치찌개 끓이는 법',
  '비밀번호 분실',
  'วิธีทำต้มยำกุ้ง',
  'ลืมรหัสผ่าน',
  'cách nấu phở bò',
  'quên mật khẩu',
]

const SYLLABLES = 'bra cli dro fen gax hul jip kor lum mez nop qua rif sto tav uxo vel wib yon zar'.split(' ')

/** `count` meaningless queries, the same in each run: pronounceable words, and keys hit at random. */
export function nonsense(count: number): string[] {
  let seed = 7
  const draw = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >> 8) % below
  }
  const word = (long: number) => Array.from({ length: long }, () => SYLLABLES[draw(SYLLABLES.length)]!).join('')
  const keys = (long: number) => Array.from({ length: long }, () => 'asdfghjklqwertzuiopyxcvbnm'[draw(26)]!).join('')
  return Array.from({ length: count }, (_, i) => {
    const one = () => (i % 3 === 2 ? keys(5 + draw(6)) : word(2 + draw(3)))
    return Array.from({ length: 1 + (i % 4) }, one).join(' ')
  })
}
