/// Bytes as printable text, five characters for four bytes.
///
/// Source: ZeroMQ RFC 32, "Z85", which Delta PROTOCOL.md names for deletion vectors.
enum Base85 {
  /// The bytes that a text stands for; nil where it is no such text.
  static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 5) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 5 * 4)
    var word: UInt64 = 0
    var count = 0
    for character in text {
      let digit = digits[Int(character)]
      guard digit < 85 else { return nil }
      word = word * 85 + UInt64(digit)
      count += 1
      if count < 5 { continue }
      guard word <= UInt64(UInt32.max) else { return nil }
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
      word = 0
      count = 0
    }
    return bytes
  }

  private static let alphabet = Array(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8)

  /// The digit of each character, 255 for those that are none.
  private static let digits: [UInt8] = {
    var digits = [UInt8](repeating: 255, count: 256)
    for (digit, character) in alphabet.enumerated() { digits[Int(character)] = UInt8(digit) }
    return digits
  }()
}
