"""The model file: a JSON manifest and safetensors in one stored zip, checked before anything is built from it.

| file         | what it holds                                                        |
|--------------|----------------------------------------------------------------------|
| writing.py   | `write_bundle`                                                       |
| reading.py   | `read_bundle`, `Bundle`                                              |
| container.py | where manifest and tensors lie in a zip or a folder                  |
| manifest.py  | strict JSON: limits, format number, checksum, table of tensors       |
| tensors.py   | the safetensors layout                                               |
| strings.py   | `pack_strings`, `unpack_strings`: vocabularies as tensors            |
"""

from headword.bundle.reading import Bundle, read_bundle
from headword.bundle.strings import pack_strings, unpack_strings
from headword.bundle.writing import write_bundle

__all__ = ["Bundle", "pack_strings", "read_bundle", "unpack_strings", "write_bundle"]
