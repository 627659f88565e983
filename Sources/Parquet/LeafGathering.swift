import Columns

/// Collects what one row group has of a leaf: levels, and values as codes or as they are.
///
/// Whether a dictionary is worth it is decided in ``settle()``, which the writer calls after numbers
/// of rows that do not depend on how the rows come in batches; so neither do the bytes of the file.
struct LeafGathering: Sendable {
  let leaf: WriteLeaf
  /// One entry per level entry.
  private(set) var definitions = LevelList()
  /// The same, for leaves within lists; empty for others.
  private(set) var repetitions = LevelList()
  private var dictionary: WriteDictionary?
  private var codes: [UInt32] = []
  private var plain: WriteValues
  private var isProven = false

  // The dictionary of the last column that came with one, and the codes its entries have here.
  private var knownDictionary: ColumnDictionary?
  private var translation: [UInt32] = []
  private static let untranslated = UInt32.max

  /// A dictionary beyond this must save half, or it costs readers more than it is worth.
  private static let maximumEntries = 1 << 17
  private static let maximumTextBytes = 1 << 22
  /// After so many values a dictionary must have saved a tenth.
  private static let trial = 16_384

  init(_ leaf: WriteLeaf) {
    self.leaf = leaf
    plain = WriteValues(leaf.type)
    dictionary = leaf.type.physical == .boolean ? nil : WriteDictionary(leaf.type)
  }

  var entryCount: Int { definitions.count }

  /// Bytes that all of it takes in memory, about; the same however the rows came in batches.
  var byteCount: Int {
    definitions.byteCount + repetitions.byteCount + 4 * codes.count
      + (dictionary?.byteCount ?? 0) + plain.byteCount
  }

  /// Appends some rows of a column that is a leaf itself.
  mutating func append(_ column: Column, _ range: Range<Int>) {
    let present = UInt8(leaf.maxDefinition)
    guard let rows = column.presentRows(in: range) else {
      definitions.append(present, count: range.count)
      return appendValues(column, rows: nil, range)
    }
    if rows.isEmpty { return definitions.append(present - 1, count: range.count) }
    var levels = [UInt8](repeating: present - 1, count: range.count)
    for row in rows { levels[Int(row) - range.lowerBound] = present }
    definitions.append(levels)
    appendValues(column, rows: rows, 0..<rows.count)
  }

  /// Appends entries with their levels, and the values of the rows that are present.
  mutating func append(
    _ column: Column, rows: [Int32], definitions newDefinitions: [UInt8],
    repetitions newRepetitions: [UInt8]
  ) {
    definitions.append(newDefinitions)
    if leaf.maxRepetition > 0 { repetitions.append(newRepetitions) }
    appendValues(column, rows: rows, 0..<rows.count)
  }

  /// Gives up a dictionary that does not save what it should by now.
  mutating func settle() {
    guard let dictionary, codes.count >= LeafGathering.trial else { return }
    let isLarge =
      dictionary.count > LeafGathering.maximumEntries
      || dictionary.entries.text.bytes.count > LeafGathering.maximumTextBytes
    guard isLarge || !isProven else { return }
    isProven = true
    let stored = dictionary.entries.plainSize(leaf)
    let plainSize = dictionary.entries.plainSize(leaf, codes)
    if isLarge ? stored > plainSize / 2 : stored > plainSize / 10 * 9 { giveUpDictionary() }
  }

  /// The values by the dictionary, and as they are: one of the two, or both where the dictionary
  /// does not save so much that the other is out of the question.
  mutating func finish() -> (
    dictionary: (codes: [UInt32], entries: WriteValues)?, plain: WriteValues?
  ) {
    guard let dictionary else { return (nil, plain) }
    let entries = dictionary.entries
    guard entries.count > 0 else { return (nil, plain) }
    let width = RunLengthEncoder.width(ofLargest: entries.count - 1)
    let encodedSize = entries.plainSize(leaf) + codes.count * width / 8
    // Cheap to say of most columns: even their shortest value is much longer than a code.
    if encodedSize < codes.count * entries.leastPlainSize(leaf) / 4 {
      return ((codes, entries), nil)
    }
    let plainSize = entries.plainSize(leaf, codes)
    if encodedSize < plainSize / 4 { return ((codes, entries), nil) }
    let values = entries.gathered(codes)
    return (encodedSize / 4 * 3 < plainSize ? (codes, entries) : nil, values)
  }

  private mutating func giveUpDictionary() {
    guard let dictionary else { return }
    plain = dictionary.entries.gathered(codes)
    codes = []
    self.dictionary = nil
    knownDictionary = nil
    translation = []
  }

  /// Appends the values of some rows, all of them present: those at some places of `rows`, or some
  /// rows themselves.
  private mutating func appendValues(_ column: Column, rows: [Int32]?, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    switch column.form {
    case .constant(let value):
      guard dictionary != nil else {
        return appendPlain(
          Column.repeating(value, of: column.type, count: range.count), nil, 0..<range.count)
      }
      encode(Column(column.type, values: [value]), nil, 0..<1)
      if let code = codes.last {
        codes.append(contentsOf: repeatElement(code, count: range.count - 1))
      }
    case .dictionary(let columnCodes, let columnDictionary):
      guard dictionary != nil else {
        let picked =
          if let rows { range.map { columnCodes[Int(rows[$0])] } } else {
            Array(columnCodes[range])
          }
        let flat = Column(codes: picked, columnDictionary).flattened()
        return appendPlain(flat, nil, 0..<flat.count)
      }
      translate(columnCodes, columnDictionary, rows, range)
    case .flat:
      if dictionary != nil { encode(column, rows, range) } else { appendPlain(column, rows, range) }
    }
  }

  /// Codes of another dictionary become codes of this one; an entry is looked up once.
  private mutating func translate(
    _ columnCodes: [UInt32], _ other: ColumnDictionary, _ rows: [Int32]?, _ range: Range<Int>
  ) {
    guard case .flat(let values, _) = other.values.form, var dictionary else { return }
    if knownDictionary !== other {
      knownDictionary = other
      translation = [UInt32](repeating: Self.untranslated, count: other.count)
    }
    // Moved out and back, so that nothing is copied when it grows.
    self.dictionary = nil
    var codes: [UInt32] = []
    var translation: [UInt32] = []
    swap(&codes, &self.codes)
    swap(&translation, &self.translation)
    let start = codes.count
    codes.append(contentsOf: repeatElement(0, count: range.count))
    var ours = codes.mutableSpan
    var known = translation.mutableSpan
    let theirs = columnCodes.span
    for offset in 0..<range.count {
      let position = range.lowerBound + offset
      let row = if let rows { Int(rows[position]) } else { position }
      let entry = Int(theirs[row])
      if known[entry] == Self.untranslated { known[entry] = dictionary.code(of: values, entry) }
      ours[start + offset] = known[entry]
    }
    swap(&codes, &self.codes)
    swap(&translation, &self.translation)
    self.dictionary = dictionary
  }

  private mutating func encode(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard case .flat(let values, _) = column.form, var dictionary else { return }
    self.dictionary = nil
    defer { self.dictionary = dictionary }
    for position in range {
      let row = if let rows { Int(rows[position]) } else { position }
      codes.append(dictionary.code(of: values, row))
    }
  }

  private mutating func appendPlain(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard case .flat(let values, _) = column.form else { return }
    let picked = rows.map { rows in range.map { Int(rows[$0]) } } ?? Array(range)
    switch values {
    case .boolean(let values): plain.booleans += picked.map { values[$0] }
    case .int64(let values): plain.words += picked.map { UInt64(bitPattern: values[$0]) }
    case .double(let values): plain.words += picked.map { values[$0].bitPattern }
    case .decimal(let values): plain.decimals += picked.map { values[$0] }
    case .text(let values): for row in picked { plain.text.append(row, of: values) }
    case .array, .map, .row: break
    }
  }
}

extension Column {
  /// Those of some rows that are not NULL; nil when none is NULL.
  fileprivate func presentRows(in range: Range<Int>) -> [Int32]? {
    if type == .null { return [] }
    switch form {
    case .constant(let value): return value.isNull ? [] : nil
    case .flat(_, let validity):
      guard let mask = validity.mask else { return nil }
      return range.presentRows { mask[$0] }
    case .dictionary(let codes, let dictionary):
      guard case .flat(_, let validity) = dictionary.values.form, let mask = validity.mask,
        mask.contains(false)
      else { return nil }
      return range.presentRows { mask[Int(codes[$0])] }
    }
  }
}

extension Range<Int> {
  @inline(__always)
  fileprivate func presentRows(_ isPresent: (Int) -> Bool) -> [Int32]? {
    var rows: [Int32] = []
    rows.reserveCapacity(count)
    for row in self where isPresent(row) { rows.append(Int32(row)) }
    return rows.count == count ? nil : rows
  }
}
