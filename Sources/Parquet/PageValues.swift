import Columns

/// The values of one data page, read from where the last read ended.
struct PageValues {
  private enum Source {
    case codes, bits, plain, texts, deltas
  }

  private let source: Source
  private var runs: RunLengthDecoder?
  private var deltas: DeltaDecoder?
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  private let texts: TextVector
  /// Bytes of a stored value, nil where they vary.
  private let width: Int?

  var isDictionary: Bool { source == .codes }

  /// The values in `range` of a page's bytes.
  init(
    _ bytes: [UInt8], _ range: Range<Int>, encoding: Encoding, count: Int, leaf: LeafColumn
  ) throws(Damage) {
    var source = Source.plain
    var runs: RunLengthDecoder?
    var deltas: DeltaDecoder?
    var bytes = bytes
    var range = range
    var texts = TextVector()
    switch (encoding, leaf.storage) {
    case (.plain, .boolean):
      source = .bits
      runs = try RunLengthDecoder(
        packed: bytes, range, width: 1, count: min(count, range.count * 8))
    case (.plain, _):
      // More bytes than values are levels, of a column that the schema wrongly calls required.
      if leaf.maxDefinition == 0, let width = leaf.storedWidth, range.count > count * width {
        throw Damage(
          "a page of \(count) \(leaf.storage.name) values has \(range.count) bytes of them")
      }
    case (.dictionary, _), (.plainDictionary, _):
      source = .codes
      // The width comes first; a page without values may lack even that.
      let width = range.isEmpty ? 0 : Int(bytes[range.lowerBound])
      runs = try RunLengthDecoder(
        bytes, min(range.lowerBound + 1, range.upperBound)..<range.upperBound, width: width)
    case (.runLength, .boolean):
      source = .bits
      runs = try RunLengthDecoder(bytes, try lengthPrefixed(bytes, range), width: 1)
    case (.deltaBinaryPacked, .int32), (.deltaBinaryPacked, .int64):
      source = .deltas
      deltas = try DeltaDecoder(bytes, range)
    case (.deltaLengthByteArray, .byteArray):
      source = .texts
      texts = try DeltaDecoding.texts(bytes, range)
    case (.deltaByteArray, .byteArray):
      source = .texts
      texts = try DeltaDecoding.prefixedTexts(bytes, range)
    case (.deltaByteArray, .fixedLengthByteArray):
      let values = try DeltaDecoding.prefixedTexts(bytes, range)
      for row in 0..<values.count where values.length(row) != leaf.typeLength {
        throw Damage("a value of \(leaf.typeLength) bytes has \(values.length(row))")
      }
      bytes = values.bytes
      range = 0..<bytes.count
    case (.byteStreamSplit, .float), (.byteStreamSplit, .double), (.byteStreamSplit, .int32),
      (.byteStreamSplit, .int64), (.byteStreamSplit, .fixedLengthByteArray):
      bytes = joinedByteStreams(bytes, range, width: leaf.storedWidth ?? 0)
      range = 0..<bytes.count
    default:
      throw Damage("not supported: encoding \(encoding.name) of \(leaf.storage.name) values")
    }
    self.source = source
    self.runs = runs
    self.deltas = deltas
    self.bytes = bytes
    self.texts = texts
    width = leaf.storedWidth
    position = source == .texts ? 0 : range.lowerBound
    end = range.upperBound
  }

  /// Appends the codes of the next `count` values; each is checked to be below `limit`.
  mutating func readCodes(
    _ count: Int, limit: Int, into codes: inout [UInt32]
  ) throws(Damage) {
    let start = codes.count
    try runs?.read(count, into: &codes)
    guard codes.areBelow(limit, from: start) else {
      let largest = codes[start...].max() ?? 0
      throw Damage("a value has code \(largest) in a dictionary of \(limit)")
    }
  }

  /// Appends the next `count` values.
  mutating func read(_ count: Int, into values: inout LeafValues) throws(Damage) {
    switch source {
    case .codes: break
    case .bits:
      var set = Presence()
      try runs?.read(count, into: &set)
      values.append(set)
    case .plain:
      try values.appendPlain(bytes, position: &position, end: end, count: count)
    case .deltas: try values.appendDeltas(&deltas, count)
    case .texts:
      guard count <= texts.count - position else { throw PageValues.tooFew }
      try values.append(texts, position..<position + count)
      position += count
    }
  }
}

extension PageValues {
  /// Passes over the next `count` values.
  ///
  /// - Throws: `Damage` when there are fewer.
  mutating func skip(_ count: Int) throws(Damage) {
    switch source {
    case .codes, .bits: try runs?.skip(count)
    case .plain:
      if let width {
        guard count <= (end - position) / max(1, width) else { throw PageValues.tooFew }
        position += count * width
      } else {
        for _ in 0..<count {
          guard end - position >= 4 else { throw PageValues.tooFew }
          let length = Int(bytes.paddedUInt64(at: position) & 0xFFFF_FFFF)
          position += 4
          guard length <= end - position else {
            throw Damage("a text reaches past the end of its page")
          }
          position += length
        }
      }
    case .deltas:
      var passed: [Int64] = []
      try deltas?.read(count, into: &passed)
    case .texts:
      guard count <= texts.count - position else { throw PageValues.tooFew }
      position += count
    }
  }

  private static let tooFew = Damage("a page has fewer values than it says")
}

/// What stands behind its length in four bytes, at the start of a range.
func lengthPrefixed(_ bytes: [UInt8], _ range: Range<Int>) throws(Damage) -> Range<Int> {
  guard range.count >= 4 else { throw Damage("a page ends too early") }
  let length = Int(bytes.paddedUInt64(at: range.lowerBound) & 0xFFFF_FFFF)
  guard length <= range.count - 4 else { throw Damage("a page ends too early") }
  return range.lowerBound + 4..<range.lowerBound + 4 + length
}
