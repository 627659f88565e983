/// Bytes and little-endian numbers from the front of compressed data, each checked against its end.
@safe
struct InputReader {
  // SAFETY: `count` bytes that outlive the value, as whoever makes it promises; all access is checked.
  private let base: UnsafeRawPointer?
  let count: Int
  private(set) var position: Int

  /// SAFETY: the bytes must outlive the value.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    unsafe base = bytes.baseAddress
    count = bytes.count
    self.position = position
  }

  var left: Int { count - position }

  /// The bytes not read yet; they live as long as the reader's.
  var rest: UnsafeRawBufferPointer {
    // SAFETY: `position` never passes `count`.
    unsafe UnsafeRawBufferPointer(start: base.map { unsafe $0 + position }, count: left)
  }

  mutating func skip(_ size: Int) throws(CodecError) {
    guard size <= left else { throw CodecError.cutShort }
    position += size
  }

  /// A reader of the next bytes alone, behind which this one goes on.
  mutating func take(_ size: Int) throws(CodecError) -> InputReader {
    let start = position
    try skip(size)
    // SAFETY: `skip` checked that the bytes are there.
    return unsafe InputReader(
      UnsafeRawBufferPointer(start: base.map { unsafe $0 + start }, count: size))
  }

  /// How many bytes follow a part of them.
  ///
  /// - Precondition: `part` was taken from this reader or a reader of a part.
  func count(behind part: InputReader) -> Int {
    guard let base = unsafe base, let start = unsafe part.base else { return 0 }
    return unsafe base + count - (start + part.count)
  }

  /// A number of 0 to 8 bytes.
  mutating func number(_ size: Int) throws(CodecError) -> Int {
    var number: UInt64 = 0
    let start = position
    try skip(size)
    guard let base = unsafe base else { return 0 }
    for index in 0..<size {
      // SAFETY: `skip` checked that the bytes are there.
      let byte = unsafe base.load(fromByteOffset: start + index, as: UInt8.self)
      number |= UInt64(byte) << UInt64(8 * index)
    }
    guard let result = Int(exactly: number) else {
      throw CodecError("a size of \(number) bytes is too large")
    }
    return result
  }

  /// A number of 4 bytes, the first the highest.
  mutating func bigEndian32() throws(CodecError) -> Int {
    Int(UInt32(truncatingIfNeeded: try number(4)).byteSwapped)
  }
}
