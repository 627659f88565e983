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
  /// Codes and entries when ``settle()`` last looked.
  private var settled = (codes: 0, entries: 0)

  /// The codes that entries of columns' dictionaries have here; several, since the batches of a file
  /// that several threads read have a dictionary for each.
  private var translations: [Translation] = []

  private struct Translation {
    let family: DictionaryFamily
    var codes: [UInt32]

    static let untranslated = UInt32.max
    static let absent = UInt32.max - 1
    static let most = 32
  }

  /// A dictionary beyond this must save half, or it costs readers more than it is worth.
  private static let maximumEntries = 1 << 17
  private static let maximumTextBytes = 1 << 22
  /// After so many values a dictionary must have saved a tenth.
  private static let trial = 16_384

  init(_ leaf: WriteLeaf) {
    self.leaf = leaf
    plain = WriteValues(leaf.type)
    dictionary = LeafGathering.dictionary(leaf)
  }

  private static func dictionary(_ leaf: WriteLeaf) -> WriteDictionary? {
    leaf.type.physical == .boolean ? nil : WriteDictionary(leaf.type)
  }

  /// Begins another row group, in the memory of this one.
  mutating func reset() {
    definitions.removeAll()
    repetitions.removeAll()
    dictionary = LeafGathering.dictionary(leaf)
    codes.removeAll(keepingCapacity: true)
    plain.removeAll()
    isProven = false
    settled = (0, 0)
    translations = []
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
    if dictionary != nil, case .dictionary(let codes, let other) = column.form,
      column.type != .null
    {
      return translate(codes.span.extracting(range), other)
    }
    guard let rows = column.presentRows(in: range) else {
      definitions.append(present, count: range.count)
      return appendValues(column, rows: nil, range)
    }
    if rows.isEmpty { return definitions.append(present - 1, count: range.count) }
    var levels = [UInt8](repeating: present - 1, count: range.count)
    var marks = levels.mutableSpan
    for row in rows { marks[Int(row) - range.lowerBound] = present }
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
    guard let dictionary, codes.count >= LeafGathering.trial / 2 else { return }
    guard codes.count >= LeafGathering.trial else {
      settled = (codes.count, dictionary.count)
      return
    }
    let isLarge =
      dictionary.count > LeafGathering.maximumEntries
      || dictionary.entries.text.bytes.count > LeafGathering.maximumTextBytes
    defer { settled = (codes.count, dictionary.count) }
    if growsOn(dictionary) { return giveUpDictionary() }
    guard isLarge || !isProven else { return }
    isProven = true
    let stored = dictionary.entries.plainSize(leaf)
    let plainSize = dictionary.entries.plainSize(leaf, codes)
    if isLarge ? stored > plainSize / 2 : stored > plainSize / 10 * 9 { giveUpDictionary() }
  }

  /// Whether most of the numbers that came last are new: then the dictionary will save less than
  /// compression does.
  private func growsOn(_ dictionary: WriteDictionary) -> Bool {
    switch dictionary.entries.layout {
    case .int64, .double:
      let values = codes.count - settled.codes
      let width = RunLengthEncoder.width(ofLargest: dictionary.count)
      let added = (dictionary.count - settled.entries) * 8 + values * width / 8
      return settled.codes > 0 && added > values * 6
    case .boolean, .decimal, .text, .array, .map, .row: return false
    }
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
    translations = []
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
      let picked =
        if let rows { range.map { columnCodes[Int(rows[$0])] } } else {
          Array(columnCodes[range])
        }
      let flat = Column(codes: picked, columnDictionary).flattened()
      if dictionary != nil {
        encode(flat, nil, 0..<flat.count)
      } else {
        appendPlain(flat, nil, 0..<flat.count)
      }
    case .flat:
      if dictionary != nil { encode(column, rows, range) } else { appendPlain(column, rows, range) }
    }
  }

  /// Codes of another dictionary become codes of this one; an entry is looked up once.
  private mutating func translate(_ theirs: Span<UInt32>, _ other: ColumnDictionary) {
    let place = translation(of: other)
    // Moved out and back, so that nothing is copied when it grows.
    guard case .flat(let values, let validity) = other.values.form,
      var dictionary = self.dictionary.take()
    else { return }
    var codes: [UInt32] = []
    var translation: [UInt32] = []
    swap(&codes, &self.codes)
    swap(&translation, &translations[place].codes)
    defer {
      swap(&codes, &self.codes)
      swap(&translation, &translations[place].codes)
      self.dictionary = dictionary
    }
    var next = codes.count
    codes.append(contentsOf: repeatElement(0, count: theirs.count))
    var ours = codes.mutableSpan
    var known = translation.mutableSpan
    let present = UInt8(leaf.maxDefinition)
    guard let mask = validity.mask else {
      for row in theirs.indices {
        let entry = Int(theirs[row])
        if known[entry] == Translation.untranslated {
          known[entry] = dictionary.code(of: values, entry)
        }
        ours[next] = known[entry]
        next &+= 1
      }
      return definitions.append(present, count: theirs.count)
    }
    var levels = [UInt8](repeating: present, count: theirs.count)
    var marks = levels.mutableSpan
    for row in theirs.indices {
      let entry = Int(theirs[row])
      if known[entry] == Translation.untranslated {
        known[entry] = mask[entry] ? dictionary.code(of: values, entry) : Translation.absent
      }
      // Written over by the next value where there is none.
      ours[next] = known[entry]
      let isPresent = known[entry] != Translation.absent
      next &+= isPresent ? 1 : 0
      marks[row] = isPresent ? present : present &- 1
    }
    codes.removeLast(codes.count - next)
    definitions.append(levels)
  }

  /// Where the translation of a dictionary is, with room for all of its entries.
  private mutating func translation(of other: ColumnDictionary) -> Int {
    let known = translations.firstIndex { $0.family === other.family }
    if known == nil {
      if translations.count == Translation.most { translations.removeFirst() }
      translations.append(Translation(family: other.family, codes: []))
    }
    let place = known ?? translations.count - 1
    let missing = other.count - translations[place].codes.count
    if missing > 0 {
      translations[place].codes.append(
        contentsOf: repeatElement(Translation.untranslated, count: missing))
    }
    return place
  }

  private mutating func encode(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard case .flat(let values, _) = column.form, var dictionary = self.dictionary.take()
    else { return }
    defer { self.dictionary = dictionary }
    if let rows {
      dictionary.append(values, range, to: &codes) { Int(rows[$0]) }
    } else {
      dictionary.append(values, range, to: &codes) { $0 }
    }
  }

  private mutating func appendPlain(_ column: Column, _ rows: [Int32]?, _ range: Range<Int>) {
    guard case .flat(let values, _) = column.form else { return }
    switch values {
    case .text(let texts) where rows == nil: return plain.text.append(range, of: texts)
    case .double(let values) where rows == nil:
      plain.words.append(contentsOf: values[range].lazy.map(\.bitPattern))
    case .int64(let values) where rows == nil:
      plain.words.append(contentsOf: values[range].lazy.map { UInt64(bitPattern: $0) })
    case .boolean, .int64, .double, .decimal, .text, .array, .map, .row:
      appendPlain(values, rows.map { rows in range.map { Int(rows[$0]) } } ?? Array(range))
    }
  }

  private mutating func appendPlain(_ values: Values, _ picked: [Int]) {
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
