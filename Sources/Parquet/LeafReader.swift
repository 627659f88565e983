import Columns
import Files

/// Some slots of a leaf, with the levels they came by.
struct LeafSlots {
  /// One entry per slot.
  var column: Column
  /// One entry per level entry; empty for leaves that are columns of their own, without nesting.
  var repetitions: [UInt8] = []
  var definitions: [UInt8] = []
}

/// Reads the chunk of one leaf in one row group, row by row, across its pages.
final class LeafReader {
  let leaf: LeafColumn
  private let slotDefinition: Int
  private let isFlat: Bool
  /// Whether the writer knew no type, because it had no values; its storage says nothing then.
  private let isUntyped: Bool
  private var pages: PageReader
  /// Level entries that the pages to come must have.
  private var entriesLeft: Int
  private var page: OpenPage?
  /// The dictionary of the pages to come; a chunk may have several, one after the other.
  private var dictionary: DictionaryChunk?
  private let mayHaveNulls: Bool
  /// Slots of the last read.
  private(set) var lastCount = 0
  /// Bytes of the longest text that a code of the last read can stand for.
  var longestText: Int { dictionary?.longestText ?? 0 }

  // What a read gathers: codes while pages are dictionary encoded, else values.
  private var parts: [Column] = []
  private var codes: [UInt32] = []
  private var values: LeafValues
  private var mask: [Bool] = []

  private static let levelStep = 8192
  /// Codes for which room is made before they are read.
  private static let maximumReserve = 1 << 16

  /// `share` is how many leaves are read side by side.
  ///
  /// - Throws: `Damage` when the chunk is not one of the leaf, or not supported.
  init(
    _ file: MappedFile, leaf: LeafColumn, node: SchemaNode, chunk: ChunkMetadata, rowCount: Int,
    share: Int = 1
  ) throws(Damage) {
    guard chunk.hasMetadata, !chunk.isEncrypted else {
      throw Damage(chunk.isEncrypted ? "not supported: encrypted columns" : "it has no metadata")
    }
    // A path to the file itself is as good as none.
    guard chunk.filePath.map({ $0.isEmpty || $0 == Path.split(file.path).name }) ?? true else {
      throw Damage("not supported: columns in a file of their own")
    }
    guard chunk.type == leaf.storage else {
      throw Damage("it is stored as \(chunk.type.name), the schema says \(leaf.storage.name)")
    }
    guard chunk.valueCount == rowCount || (leaf.maxRepetition > 0 && chunk.valueCount >= rowCount)
    else { throw Damage("it has \(chunk.valueCount) values for \(rowCount) rows") }
    guard chunk.valueCount <= max(rowCount, 1) * Limits.batchEntries else {
      throw Damage(
        "not supported: rows of \(chunk.valueCount / max(rowCount, 1)) values; up to "
          + "\(Limits.batchEntries) are")
    }
    self.leaf = leaf
    slotDefinition = node.slotDefinition
    isUntyped = node.type == .null
    isFlat = node.isFlat && leaf.maxDefinition <= 1 && node.slotDefinition == 0
    pages = try PageReader(file, chunk, share: share)
    entriesLeft = chunk.valueCount
    mayHaveNulls = leaf.maxDefinition > 0 && chunk.nullCount != 0
    values = LeafValues(leaf)
  }

  /// The next `count` rows: of a leaf that is a column of its own without levels, else with them.
  ///
  /// - Throws: `Damage` with the page.
  func read(_ count: Int, isFlat: Bool) throws(Damage) -> LeafSlots {
    do throws(Damage) {
      let slots = isFlat ? try readRows(count) : try readRecords(count)
      lastCount = slots.column.count
      return slots
    } catch {
      throw located(error)
    }
  }

  /// Of the next `count` rows some, of a leaf that is a column of its own.
  ///
  /// - Parameter rows: ascending.
  /// - Throws: `Damage` with the page.
  func read(_ rows: Selection, of count: Int) throws(Damage) -> Column {
    do throws(Damage) {
      let rows = rows.rows
      var position = 0
      var index = 0
      while index < rows.count {
        let start = Int(rows[index])
        var end = start
        while index < rows.count && Int(rows[index]) == end {
          end += 1
          index += 1
        }
        try skipRows(start - position)
        try gatherRows(end - start)
        position = end
      }
      try skipRows(count - position)
      lastCount = rows.count
      return try finishGathering(rows.count).compacted()
    } catch {
      throw located(error)
    }
  }

  /// Passes over the next `count` rows.
  ///
  /// - Throws: `Damage` with the page.
  func skip(_ count: Int, isFlat: Bool) throws(Damage) {
    if isFlat {
      do throws(Damage) {
        return try skipRows(count)
      } catch {
        throw located(error)
      }
    }
    var left = count
    while left > 0 {
      let step = min(left, LeafReader.levelStep)
      _ = try read(step, isFlat: false)
      left -= step
    }
  }

  /// Says which page is damaged; what is not supported is a matter of the column, not of one page.
  private func located(_ damage: Damage) -> Damage {
    var damage = damage
    if !damage.message.hasPrefix("not supported") { damage.page = pages.pageNumber }
    return damage
  }

  private func skipRows(_ count: Int) throws(Damage) {
    var left = count
    while left > 0 {
      if page.map({ $0.entriesLeft == 0 }) ?? true {
        page = nil
        // An entry is a row, so whole pages are passed over as they are.
        if let passed = try pages.passData(ofAtMost: min(left, entriesLeft)) {
          entriesLeft -= passed
          left -= passed
          continue
        }
      }
      try openPageIfNeeded()
      guard let page else { throw Damage("its pages end before its rows do") }
      let passed = min(left, page.entriesLeft)
      let present = try page.definitions?.skipBits(passed) ?? passed
      try page.values.skip(present)
      page.entriesLeft -= passed
      left -= passed
    }
  }

  private func readRows(_ count: Int) throws(Damage) -> LeafSlots {
    try gatherRows(count)
    return LeafSlots(column: try finishGathering(count))
  }

  private func gatherRows(_ count: Int) throws(Damage) {
    var left = count
    while left > 0 {
      try openPageIfNeeded()
      guard let page else { throw Damage("its pages end before its rows do") }
      if page.values.isDictionary && codes.isEmpty {
        codes.reserveCapacity(min(left, LeafReader.maximumReserve))
      }
      let taken = min(left, page.entriesLeft)
      var presence = Presence()
      if page.definitions == nil {
        presence.append(true, count: taken)
      } else {
        try page.definitions?.read(taken, into: &presence)
      }
      page.entriesLeft -= taken
      try gather(presence, from: page)
      left -= taken
    }
  }

  /// Rows of a leaf within a nested column.
  private func readRecords(_ count: Int) throws(Damage) -> LeafSlots {
    var repetitions: [UInt8] = []
    var definitions: [UInt8] = []
    var records = 0
    var slots = 0
    while true {
      try openPageIfNeeded()
      guard let page else { break }
      try page.peekLevels(LeafReader.levelStep, of: leaf)
      let entries = page.peekedRange
      var end = entries.lowerBound
      while end < entries.upperBound {
        if page.peekedRepetitions[end] == 0 {
          if records == count { break }
          records += 1
        }
        end += 1
      }
      repetitions += page.peekedRepetitions[entries.lowerBound..<end]
      definitions += page.peekedDefinitions[entries.lowerBound..<end]
      guard definitions.count <= Limits.batchEntries else {
        throw Damage("not supported: \(count) rows of more than \(Limits.batchEntries) values")
      }
      var presence = Presence()
      for entry in entries.lowerBound..<end
      where Int(page.peekedDefinitions[entry]) >= slotDefinition {
        presence.append(Int(page.peekedDefinitions[entry]) == leaf.maxDefinition, count: 1)
      }
      page.consumePeeked(end - entries.lowerBound)
      try gather(presence, from: page)
      slots += presence.count
      if end < entries.upperBound { break }
    }
    guard records == count else { throw Damage("its pages end before its rows do") }
    guard repetitions.first ?? 0 == 0 else { throw Damage("its first value continues a row") }
    return LeafSlots(
      column: try finishGathering(slots), repetitions: repetitions, definitions: definitions)
  }

  private func openPageIfNeeded() throws(Damage) {
    while page == nil || page?.entriesLeft == 0 && page?.peekedRange.isEmpty == true {
      page = nil
      guard entriesLeft > 0 else { return }
      guard entriesLeft > 0, let next = try pages.next() else { return }
      switch next {
      case .dictionary(let count, let encoding, let bytes):
        closePart()
        guard encoding == .plain || encoding == .plainDictionary else {
          throw Damage("not supported: a dictionary in encoding \(encoding.name)")
        }
        dictionary = try DictionaryChunk(
          leaf, bytes, count: count, withNull: mayHaveNulls)
      case .data(let data):
        guard data.header.valueCount >= 0, data.header.valueCount <= entriesLeft else {
          throw Damage("its pages have more values than its row group")
        }
        entriesLeft -= data.header.valueCount
        page = try OpenPage(data, leaf: leaf)
        if page?.values.isDictionary == true && dictionary == nil {
          throw Damage("a page has codes of a dictionary that is not there")
        }
      }
    }
  }

  /// Appends the values of some slots.
  private func gather(_ presence: Presence, from page: OpenPage) throws(Damage) {
    if page.values.isDictionary, let dictionary {
      if values.count > 0 { closePart() }
      try page.values.readCodes(presence.presentCount, limit: dictionary.count, into: &codes)
      if !presence.allPresent {
        dictionary.addNull()
        dictionary.spread(&codes, presence)
      }
    } else {
      if !codes.isEmpty { closePart() }
      let before = values.count
      try page.values.read(presence.presentCount, into: &values)
      if presence.allPresent {
        if !mask.isEmpty { mask.append(contentsOf: repeatElement(true, count: presence.count)) }
      } else {
        values.spread(presence)
        if mask.isEmpty { mask = [Bool](repeating: true, count: before) }
        mask += presence.mask
      }
    }
  }

  private func closePart() {
    if let dictionary, !codes.isEmpty {
      parts.append(Column(codes: codes, dictionary.shared))
      codes = []
    } else if values.count > 0 {
      parts.append(values.take(mask.isEmpty ? .allPresent : Validity(mask: mask)))
      mask = []
    }
  }

  private func finishGathering(_ count: Int) throws(Damage) -> Column {
    closePart()
    defer { parts = [] }
    if isUntyped { return Column(.null, constant: .null, count: count).flattened() }
    if leaf.type.physical == .text { try checkTextSize() }
    if parts.count == 1 { return parts[0] }
    return Column.concatenated(parts, type: leaf.type)
  }
}

extension LeafReader {
  /// A few codes may stand for more text than a flat column can hold; such a batch is refused.
  private func checkTextSize() throws(Damage) {
    guard let dictionary, dictionary.longestText > 0 else { return }
    var total = 0
    for part in parts {
      switch part.form {
      case .flat(.text(let text), _): total += text.bytes.count
      case .dictionary(let codes, let shared):
        // Alone it stays a dictionary; batches that stand for too much are handed out in parts.
        if parts.count == 1 { return }
        guard case .flat(.text(let entries), _) = shared.values.form else { return }
        for code in codes { total += entries.length(Int(code)) }
      case .flat, .constant: break
      }
    }
    guard total <= Int(Int32.max) else {
      throw Damage("a batch has more than 2 GiB of text; read fewer rows")
    }
  }
}

/// A data page while it is read; a reference, because it is handed about for every few rows.
private final class OpenPage {
  var entriesLeft: Int
  var definitions: RunLengthDecoder?
  var repetitions: RunLengthDecoder?
  var values: PageValues
  private(set) var peekedRepetitions: [UInt8] = []
  private(set) var peekedDefinitions: [UInt8] = []
  private var peekedStart = 0

  var peekedRange: Range<Int> { peekedStart..<peekedDefinitions.count }

  init(_ page: DataPage, leaf: LeafColumn) throws(Damage) {
    let header = page.header
    let count = header.valueCount
    entriesLeft = count
    let repetitionWidth = Int.bitWidth - leaf.maxRepetition.leadingZeroBitCount
    let definitionWidth = Int.bitWidth - leaf.maxDefinition.leadingZeroBitCount
    var start = 0
    if let sizes = header.levelBytes {
      if leaf.maxRepetition > 0 {
        repetitions = try RunLengthDecoder(
          page.levels, 0..<sizes.repetition, width: repetitionWidth)
      }
      if leaf.maxDefinition > 0 {
        definitions = try RunLengthDecoder(
          page.levels, sizes.repetition..<sizes.repetition + sizes.definition,
          width: definitionWidth)
      }
    } else {
      if leaf.maxRepetition > 0 {
        repetitions = try OpenPage.levels(
          page.bytes, &start, header.repetitionEncoding, repetitionWidth, count)
      }
      if leaf.maxDefinition > 0 {
        definitions = try OpenPage.levels(
          page.bytes, &start, header.definitionEncoding, definitionWidth, count)
      }
    }
    values = try PageValues(
      page.bytes, start..<page.bytes.count, encoding: header.encoding, count: count, leaf: leaf)
  }

  private static func levels(
    _ bytes: [UInt8], _ start: inout Int, _ encoding: Encoding, _ width: Int, _ count: Int
  ) throws(Damage) -> RunLengthDecoder {
    if encoding == .bitPacked {
      let decoder = try RunLengthDecoder(
        legacyLevels: bytes, start..<bytes.count, width: width, count: count)
      start += (count * width + 7) / 8
      return decoder
    }
    guard encoding == .runLength else {
      throw Damage("not supported: levels in encoding \(encoding.name)")
    }
    let range = try lengthPrefixed(bytes, start..<bytes.count)
    start = range.upperBound
    return try RunLengthDecoder(bytes, range, width: width)
  }

  /// Decodes levels ahead of their values, up to `limit` entries, unless some are still there.
  func peekLevels(_ limit: Int, of leaf: LeafColumn) throws(Damage) {
    guard peekedRange.isEmpty else { return }
    let count = min(limit, entriesLeft)
    entriesLeft -= count
    peekedStart = 0
    peekedRepetitions = []
    peekedDefinitions = []
    if repetitions == nil { peekedRepetitions = [UInt8](repeating: 0, count: count) }
    if definitions == nil { peekedDefinitions = [UInt8](repeating: 0, count: count) }
    try repetitions?.read(count, into: &peekedRepetitions)
    try definitions?.read(count, into: &peekedDefinitions)
    guard peekedRepetitions.allSatisfy({ Int($0) <= leaf.maxRepetition }),
      peekedDefinitions.allSatisfy({ Int($0) <= leaf.maxDefinition })
    else { throw Damage("a level is higher than the schema allows") }
  }

  func consumePeeked(_ count: Int) { peekedStart += count }
}

/// The dictionary of a chunk; NULL becomes its last entry when a row needs it.
private final class DictionaryChunk {
  /// Entries without NULL.
  let count: Int
  /// Bytes of the longest text, 0 for other types.
  let longestText: Int
  private(set) var shared: ColumnDictionary
  private var hasNull = false

  init(
    _ leaf: LeafColumn, _ bytes: [UInt8], count: Int, withNull: Bool
  ) throws(Damage) {
    guard (0...Int(Int32.max) - 1).contains(count) else {
      throw Damage("its dictionary claims \(count) entries")
    }
    var values = LeafValues(leaf)
    if leaf.storage == .boolean {
      var bits = try RunLengthDecoder(packed: bytes, 0..<bytes.count, width: 1, count: count)
      var set = Presence()
      try bits.read(count, into: &set)
      values.append(set)
    } else {
      var position = 0
      try values.appendPlain(bytes, position: &position, end: bytes.count, count: count)
      // Values behind their lengths, where there should be none, would be read as other values.
      guard leaf.storage != .fixedLengthByteArray || position == bytes.count else {
        throw Damage(
          "a dictionary of \(count) values of \(leaf.typeLength) bytes has \(bytes.count) bytes")
      }
    }
    self.count = count
    let column = values.take(.allPresent)
    if case .flat(.text(let texts), _) = column.form {
      longestText = (0..<texts.count).reduce(0) { max($0, texts.length($1)) }
    } else {
      longestText = 0
    }
    shared = ColumnDictionary(column)
    if withNull { addNull() }
  }

  func addNull() {
    guard !hasNull else { return }
    hasNull = true
    var builder = ColumnBuilder(shared.values.type)
    builder.append(contentsOf: shared.values)
    builder.appendNull()
    shared = ColumnDictionary(builder.finish())
  }

  /// Moves the last codes apart so that each stands in its slot, NULL in the others.
  func spread(_ codes: inout [UInt32], _ presence: Presence) {
    codes.spread(presence, filler: UInt32(count))
  }
}
