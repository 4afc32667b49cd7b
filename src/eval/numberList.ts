/** A growing array of numbers outside of the V8 heap: 4 or 8 bytes each, plus up to half as much in reserve. */
export class NumberList<Values extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>> {
  #values: Values
  #length = 0

  readonly #type: new (
    length: number,
  ) => Values

  constructor(type: new (length: number) => Values) {
    this.#type = type

    this.#values = new type(4)
  }

  get length(): number {
    return this.#length
  }

  at(place: number): number {
    return this.#values[place]!
  }

  set(place: number, value: number): void {
    this.#values[place] = value
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const more = new this.#type(Math.ceil(this.#length * 1.5))
      more.set(this.#values)
      this.#values = more
    }
    this.#values[this.#length++] = value
  }
}
