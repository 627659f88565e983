/// What whole numbers in another base than ten begin with.
enum IntegerPrefix {
  /// The base that the letter behind a 0 stands for, nil for any other letter.
  init?(_ letter: UInt8) {
    switch letter | 0x20 {
    case UInt8(ascii: "x"): self = .hexadecimal
    case UInt8(ascii: "o"): self = .octal
    case UInt8(ascii: "b"): self = .binary
    default: return nil
    }
  }

  case hexadecimal, octal, binary

  private var radix: Int {
    switch self {
    case .hexadecimal: 16
    case .octal: 8
    case .binary: 2
    }
  }

  /// The number that `0xFF`, `0o17` or `0b11` is; nil where it is none or does not fit 64 bits.
  static func value(of word: ArraySlice<UInt8>) -> Int64? {
    let letter = word.dropFirst().first ?? 0
    guard word.count > 2, let prefix = IntegerPrefix(letter) else { return nil }
    let digits = word.dropFirst(2).filter { $0 != UInt8(ascii: "_") }
    return Int64(String(decoding: digits, as: UTF8.self), radix: prefix.radix)
  }
}
