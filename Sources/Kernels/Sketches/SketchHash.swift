import Columns

/// The hash by which sketches tell values apart: the first half of MurmurHash3 of a text's bytes, or of
/// a number's eight bytes, little-endian, as Trino's sketches have it.
enum SketchHash {
  static func hash(_ value: Value) -> UInt64 {
    switch value {
    case .int64(let number): Murmur3.hash64(UInt64(bitPattern: number))
    case .double(let number):
      Murmur3.hash64((number.isNaN ? Double.nan : number + 0.0).bitPattern)
    case .bytes(let bytes): Murmur3.halves(bytes[...]).0
    case .null, .boolean, .decimal, .array, .map, .row: Murmur3.hash64(ValueHash.hash(value))
    }
  }
}
