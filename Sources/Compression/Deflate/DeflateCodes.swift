/// The two codes of a block, ready for decoding: one of literals and lengths, one of distances.
struct DeflateCodes {
  private(set) var literals: LiteralTable
  private(set) var distances: PrefixTable
  /// The first code with one symbol in each entry, from which `literals` is made.
  private var single: PrefixTable

  static let literalWidth = 11
  static let distanceWidth = 9

  init() {
    single = PrefixTable(width: Self.literalWidth)
    literals = LiteralTable(single)
    distances = PrefixTable(width: Self.distanceWidth)
  }

  /// The codes that blocks of type 1 use (RFC 1951, section 3.2.6).
  static let fixed: DeflateCodes = {
    var lengths = [UInt8](repeating: 8, count: 144)
    lengths += [UInt8](repeating: 9, count: 112)
    lengths += [UInt8](repeating: 7, count: 24)
    lengths += [UInt8](repeating: 8, count: 8)
    var codes = DeflateCodes()
    _ = codes.single.build(lengths[...], literalMeanings)
    _ = codes.distances.build([UInt8](repeating: 5, count: 32)[...], distanceMeanings)
    codes.literals.build(codes.single)
    return codes
  }()

  /// Reads the codes that a block of type 2 begins with (RFC 1951, section 3.2.7).
  ///
  /// - Throws: `CodecError` when they are damaged or end too early; what zlib accepts is accepted.
  mutating func read(_ bits: inout DeflateBits) throws(CodecError) {
    bits.refill()
    let literalCount = bits.read(5) + 257
    let distanceCount = bits.read(5) + 1
    let lengthCount = bits.read(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else {
      throw Self.damaged("too many length or distance codes", bits)
    }
    let lengths = try Self.lengths(literalCount + distanceCount, coded: lengthCount, &bits)
    guard lengths[256] != 0 else { throw Self.damaged("no code ends a block", bits) }
    switch single.build(lengths[..<literalCount], Self.literalMeanings) {
    case .complete, .single: break
    case .empty, .damaged: throw Self.damaged("the code of literals is damaged", bits)
    }
    switch distances.build(lengths[literalCount...], Self.distanceMeanings) {
    case .complete, .single, .empty: break
    case .damaged: throw Self.damaged("the code of distances is damaged", bits)
    }
    literals.build(single)
  }

  /// The lengths of all codes, which follow each other as if they were of one alphabet.
  private static func lengths(
    _ count: Int, coded lengthCount: Int, _ bits: inout DeflateBits
  ) throws(CodecError) -> [UInt8] {
    var ownLengths = [UInt8](repeating: 0, count: 19)
    for place in 0..<lengthCount {
      bits.refill()
      ownLengths[order[place]] = UInt8(truncatingIfNeeded: bits.read(3))
    }
    var table = PrefixTable(width: 7)
    guard table.build(ownLengths[...], lengthMeanings) == .complete else {
      throw damaged("the code of code lengths is damaged", bits)
    }
    var lengths = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      bits.refill()
      let entry = table.entries[bits.peek(7)]
      bits.consume(entry.dropped)
      var length: UInt8 = 0
      var run = 1
      switch entry.base {
      case 16:
        guard filled > 0 else { throw damaged("a length is repeated before any", bits) }
        length = lengths[filled - 1]
        run = 3 + bits.read(2)
      case 17: run = 3 + bits.read(3)
      case 18: run = 11 + bits.read(7)
      default: length = UInt8(truncatingIfNeeded: entry.base)
      }
      guard !bits.isOverrun else { throw CodecError.cutShort }
      guard run <= count - filled else { throw damaged("too many lengths of codes", bits) }
      for index in filled..<(filled + run) { lengths[index] = length }
      filled += run
    }
    return lengths
  }

  /// What is wrong, unless it comes of reading past the end.
  private static func damaged(_ reason: String, _ bits: DeflateBits) -> CodecError {
    bits.isOverrun ? CodecError.cutShort : CodecError(reason)
  }

  /// In which order the lengths of the code of lengths come.
  private static let order = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private static let lengthMeanings = (0..<19).map { DeflateEntry(base: $0, extraBits: 0) }

  /// Bytes, the end of the block, lengths; 286 and 287 have codes but no meaning (section 3.2.5).
  private static let literalMeanings: [DeflateEntry] = {
    var meanings = (0..<256).map { DeflateEntry(literal: $0) }
    meanings.append(.endOfBlock)
    meanings += ranges(from: 3, extraBits: (0..<28).map { max(0, $0 / 4 - 1) })
    meanings += [DeflateEntry(base: 258, extraBits: 0), .invalid, .invalid]
    return meanings
  }()

  /// Distances; 30 and 31 have codes but no meaning (section 3.2.5).
  private static let distanceMeanings: [DeflateEntry] =
    ranges(from: 1, extraBits: (0..<30).map { max(0, $0 / 2 - 1) }) + [.invalid, .invalid]

  /// Each range begins where the one before it, as wide as its extra bits allow, ends.
  private static func ranges(from first: Int, extraBits: [Int]) -> [DeflateEntry] {
    var base = first
    return extraBits.map { bits in
      defer { base += 1 << bits }
      return DeflateEntry(base: base, extraBits: bits)
    }
  }
}
