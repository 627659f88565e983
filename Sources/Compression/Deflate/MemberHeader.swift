/// Reads what stands before the deflated data of a member, in as many steps as its bytes come in.
///
/// Sources: RFC 1952, section 2.3 (gzip); RFC 1950, section 2.2 (zlib).
struct MemberHeader {
  private var part: Part
  private var fields = Fields()
  private var checksum = CRC32()

  private enum Part {
    case gzip, zlib
    case extraSize
    case extra(left: Int)
    case name, comment, checksum, finished
  }

  /// The flags of a gzip header.
  private struct Fields: OptionSet {
    var rawValue = 0
    static let checksum = Fields(rawValue: 2)
    static let extra = Fields(rawValue: 4)
    static let name = Fields(rawValue: 8)
    static let comment = Fields(rawValue: 16)
    static let reserved = Fields(rawValue: 0xE0)
  }

  init(_ format: DeflateFormat) {
    switch format {
    case .raw: part = .finished
    case .zlib: part = .zlib
    case .gzip: part = .gzip
    }
  }

  /// Whether the header has ended with these bytes; what is not used needs more behind it.
  ///
  /// - Throws: `CodecError` when it is damaged, or asks for what is not supported.
  mutating func read(_ input: inout InputReader) throws(CodecError) -> Bool {
    while true {
      switch part {
      case .gzip:
        guard input.left >= 10 else { return false }
        try readFixed(&input)
        part = .extraSize
      case .zlib:
        guard input.left >= 2 else { return false }
        try Self.readZlib(&input)
        part = .finished
      case .extraSize:
        guard fields.contains(.extra) else {
          part = .name
          continue
        }
        guard input.left >= 2 else { return false }
        var size = try input.take(2)
        checksum.update(size)
        part = .extra(left: try size.number(2))
      case .extra(let left):
        let bytes = try input.take(min(left, input.left))
        checksum.update(bytes)
        part = .extra(left: left - bytes.count)
        guard bytes.count == left else { return false }
        part = .name
      case .name:
        if fields.contains(.name), try !skipText(&input) { return false }
        part = .comment
      case .comment:
        if fields.contains(.comment), try !skipText(&input) { return false }
        part = .checksum
      case .checksum:
        guard fields.contains(.checksum) else {
          part = .finished
          continue
        }
        guard input.left >= 2 else { return false }
        guard try input.number(2) == Int(checksum.value & 0xFFFF) else {
          throw CodecError("the checksum of its header is wrong")
        }
        part = .finished
      case .finished: return true
      }
    }
  }

  /// Magic, method, flags; then time, level and system, which mean nothing here.
  private mutating func readFixed(_ input: inout InputReader) throws(CodecError) {
    var fixed = try input.take(10)
    checksum.update(fixed)
    guard try fixed.number(2) == 0x8B1F else {
      throw CodecError("it does not begin as gzip data does")
    }
    let method = try fixed.number(1)
    guard method == 8 else {
      throw CodecError("compression method \(method) is not known, only 8 is")
    }
    fields = Fields(rawValue: try fixed.number(1))
    guard fields.isDisjoint(with: .reserved) else {
      throw CodecError("its header has flags that are not known")
    }
  }

  /// Skips a text up to the zero that ends it; returns whether that was there.
  private mutating func skipText(_ input: inout InputReader) throws(CodecError) -> Bool {
    // SAFETY: the bytes outlive their reader, and are only looked at.
    let length = unsafe input.rest.firstIndex(of: 0)
    checksum.update(try input.take(length.map { $0 + 1 } ?? input.left))
    return length != nil
  }

  private static func readZlib(_ input: inout InputReader) throws(CodecError) {
    let first = try input.number(1)
    let second = try input.number(1)
    guard (first << 8 | second) % 31 == 0 else {
      throw CodecError("it does not begin as zlib data does")
    }
    guard first & 15 == 8 else {
      throw CodecError("compression method \(first & 15) is not known, only 8 is")
    }
    guard first >> 4 <= 7 else { throw CodecError("its window is larger than 32 KiB") }
    guard second & 32 == 0 else {
      throw CodecError(unsupported: "deflated data with a preset dictionary")
    }
  }
}
