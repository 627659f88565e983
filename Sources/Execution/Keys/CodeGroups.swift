import Columns

/// The groups of rows whose keys are codes of dictionaries: the codes of a row together are an index into
/// a plain table, so that no key is looked up for itself.
///
///     code of key 0   2   of 5 entries
///     code of key 1   1   of 3 entries      word = 2 + 5 * 1   →   groups[7]
///
/// A table is good for one dictionary per key, which most often are those of a row group.
struct CodeGroups {
  /// Entries of the table per row that has come with its dictionaries; with fewer rows, filling the table
  /// would cost more than it saves.
  private static let entriesPerRow = 8
  private static let smallTable = 1024
  private static let largestTable = 1 << 18
  private static let absent = UInt32.max
  /// Marks numbers of words that are new in this batch and have no group yet.
  private static let pending: UInt32 = 1 << 31

  private var sources: [Source] = []
  private var rowsSeen = 0
  private var entryCount = 0
  /// Groups by word; empty until enough rows have come.
  private var groups: [UInt32] = []

  /// Where a key has its values.
  private enum Source {
    case dictionary(ColumnDictionary, MergedEntries?)
    case constant(DataType, Value)
  }

  var byteCount: Int { groups.count * 4 }

  /// The group of each row; nil when the keys are not all codes of dictionaries that are small enough.
  ///
  /// - Parameter assign: gives the groups of some rows of the keys; asked once for each combination of
  ///   codes, in the order in which the rows come.
  mutating func find(
    _ keys: [Column], count: Int, assign: ([Column], Int) throws -> [UInt32]
  ) rethrows -> [UInt32]? {
    if !matches(keys) { reset(keys) }
    rowsSeen += count
    guard entryCount > 0 else { return nil }
    if groups.isEmpty {
      guard entryCount <= max(Self.smallTable, rowsSeen * Self.entriesPerRow) else { return nil }
      groups = [UInt32](repeating: Self.absent, count: entryCount)
    }
    var table = groups
    groups = []
    defer { groups = table }
    var new: [UInt32] = []
    var found = Self.lookUp(words(keys, count), &table, &new, count)
    if new.isEmpty { return found }
    let assigned = try assign(columns(of: new), new.count)
    for (word, group) in zip(new, assigned) { table[Int(word)] = group }
    Self.settle(&found, assigned)
    return found
  }

  private func matches(_ keys: [Column]) -> Bool {
    guard sources.count == keys.count else { return false }
    for (source, key) in zip(sources, keys) {
      switch (source, key.form) {
      case (.dictionary(let known, _), .dictionary(_, let dictionary)):
        if known !== dictionary { return false }
      case (.constant(_, let known), .constant(let value)):
        if known != value { return false }
      case (.dictionary, _), (.constant, _): return false
      }
    }
    return true
  }

  private mutating func reset(_ keys: [Column]) {
    sources = []
    rowsSeen = 0
    groups = []
    entryCount = 1
    for key in keys {
      switch key.form {
      case .flat:
        sources = []
        entryCount = 0
        return
      case .constant(let value): sources.append(.constant(key.type, value))
      case .dictionary(_, let dictionary):
        sources.append(.dictionary(dictionary, nil))
        multiply(by: dictionary.count)
      }
    }
    if entryCount > Self.smallTable { mergeEntries() }
  }

  private mutating func multiply(by count: Int) {
    let (product, overflow) = entryCount.multipliedReportingOverflow(by: count)
    entryCount = overflow || product > Self.largestTable ? 0 : product
  }

  /// Makes the table smaller where a dictionary has many entries for few values, as that of a day has
  /// one for each hour.
  private mutating func mergeEntries() {
    entryCount = 1
    for position in sources.indices {
      guard case .dictionary(let dictionary, _) = sources[position] else { continue }
      let merged =
        dictionary.count <= Self.smallTable ? MergedEntries(of: dictionary) : nil
      sources[position] = .dictionary(dictionary, merged)
      multiply(by: merged?.entries.count ?? dictionary.count)
    }
  }

  /// Up to three lists of codes, each with what it counts for in a word.
  private func words(_ keys: [Column], _ count: Int) -> [(codes: [UInt32], weight: Int)] {
    var parts: [(codes: [UInt32], weight: Int)] = []
    var weight = 1
    for (key, source) in zip(keys, sources) {
      guard case .dictionary(let codes, let dictionary) = key.form,
        case .dictionary(_, let merged) = source
      else { continue }
      parts.append((merged?.numbers(of: codes) ?? codes, weight))
      weight *= merged?.entries.count ?? dictionary.count
    }
    while parts.count > 3 {
      let last = parts.removeLast()
      let before = parts.removeLast()
      parts.append((Self.sum(before.codes, last.codes, last.weight / before.weight), before.weight))
    }
    if parts.isEmpty { return [([UInt32](repeating: 0, count: count), 1)] }
    return parts
  }

  private static func sum(_ low: [UInt32], _ high: [UInt32], _ weight: Int) -> [UInt32] {
    let factor = UInt32(truncatingIfNeeded: weight)
    return [UInt32](capacity: low.count) { out in
      let a = low.span
      let b = high.span
      for row in a.indices { out.append(a[row] &+ b[row] &* factor) }
    }
  }

  /// The columns that the keys have in rows with these words.
  private func columns(of words: [UInt32]) -> [Column] {
    var rest = words
    return sources.map { source in
      switch source {
      case .constant(let type, let value):
        return Column(type, constant: value, count: words.count)
      case .dictionary(let dictionary, let merged):
        let size = UInt32(merged?.entries.count ?? dictionary.count)
        let numbers = rest.map { $0 % size }
        rest = rest.map { $0 / size }
        return Column(codes: merged?.entries(of: numbers) ?? numbers, dictionary)
      }
    }
  }

  private static func lookUp(
    _ parts: [(codes: [UInt32], weight: Int)], _ table: inout [UInt32], _ new: inout [UInt32],
    _ count: Int
  ) -> [UInt32] {
    switch parts.count {
    case 1: lookUp(parts[0].codes, &table, &new)
    case 2: lookUp(parts[0].codes, parts[1].codes, parts[1].weight, &table, &new)
    default:
      lookUp(
        parts[0].codes, parts[1].codes, parts[1].weight, parts[2].codes, parts[2].weight, &table,
        &new)
    }
  }

  private static func lookUp(
    _ a: [UInt32], _ table: inout [UInt32], _ new: inout [UInt32]
  ) -> [UInt32] {
    [UInt32](capacity: a.count) { out in
      let first = a.span
      var groups = table.mutableSpan
      for row in first.indices {
        let word = Int(first[row])
        var group = groups[word]
        if group == absent {
          group = number(word, &new)
          groups[word] = group
        }
        out.append(group)
      }
    }
  }

  private static func lookUp(
    _ a: [UInt32], _ b: [UInt32], _ weight: Int, _ table: inout [UInt32], _ new: inout [UInt32]
  ) -> [UInt32] {
    [UInt32](capacity: a.count) { out in
      let first = a.span
      let second = b.span
      var groups = table.mutableSpan
      for row in first.indices {
        let word = Int(first[row]) &+ Int(second[row]) &* weight
        var group = groups[word]
        if group == absent {
          group = number(word, &new)
          groups[word] = group
        }
        out.append(group)
      }
    }
  }

  private static func lookUp(
    _ a: [UInt32], _ b: [UInt32], _ weight: Int, _ c: [UInt32], _ weight2: Int,
    _ table: inout [UInt32], _ new: inout [UInt32]
  ) -> [UInt32] {
    [UInt32](capacity: a.count) { out in
      let first = a.span
      let second = b.span
      let third = c.span
      var groups = table.mutableSpan
      for row in first.indices {
        let word = Int(first[row]) &+ Int(second[row]) &* weight &+ Int(third[row]) &* weight2
        var group = groups[word]
        if group == absent {
          group = number(word, &new)
          groups[word] = group
        }
        out.append(group)
      }
    }
  }

  /// Numbers a new word for the time being.
  @inline(never)
  private static func number(_ word: Int, _ new: inout [UInt32]) -> UInt32 {
    new.append(UInt32(truncatingIfNeeded: word))
    return pending | UInt32(truncatingIfNeeded: new.count - 1)
  }

  /// Replaces the numbers of new words by their groups.
  private static func settle(_ found: inout [UInt32], _ assigned: [UInt32]) {
    var rows = found.mutableSpan
    let groups = assigned.span
    for row in rows.indices where rows[row] >= pending {
      rows[row] = groups[Int(rows[row] & ~pending)]
    }
  }
}

/// The distinct values among the entries of a dictionary, numbered.
private struct MergedEntries {
  /// By entry.
  private let numbers: [UInt32]
  /// By number, the first entry that has it.
  let entries: [UInt32]

  /// nil unless there are at least twice as many entries as values.
  init?(of dictionary: ColumnDictionary) {
    let table = KeyTable(dictionary.values.type, keepsAll: true)
    var memo = DictionaryMemo()
    guard case .rows(let numbers)? = try? table.insert(dictionary.values, memo: &memo),
      table.count * 2 <= dictionary.count
    else { return nil }
    self.numbers = numbers
    var entries: [UInt32] = []
    for (entry, number) in numbers.enumerated() where Int(number) == entries.count {
      entries.append(UInt32(entry))
    }
    self.entries = entries
  }

  func numbers(of codes: [UInt32]) -> [UInt32] { Self.gathered(numbers, codes) }
  func entries(of numbers: [UInt32]) -> [UInt32] { Self.gathered(entries, numbers) }

  private static func gathered(_ table: [UInt32], _ places: [UInt32]) -> [UInt32] {
    [UInt32](capacity: places.count) { out in
      let values = table.span
      let source = places.span
      for row in source.indices { out.append(values[Int(source[row])]) }
    }
  }
}
