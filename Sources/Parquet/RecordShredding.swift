import Columns

/// Takes nested columns apart into leaves with levels.
///
/// Source: Melnik et al., "Dremel", VLDB 2010, doi:10.14778/1920841.1920886; here a whole column at a
/// time: each node of the type turns the entries of its parent into its own.
struct RecordShredding: Sendable {
  /// Level entries on their way down.
  private struct Entries {
    var definitions: [UInt8]
    var repetitions: [UInt8]
    /// The row that an entry stands for; -1 when it ended further up, in a NULL or an empty list.
    var rows: [Int32]

    static let ended: Int32 = -1
  }

  var leaves: [LeafGathering]
  /// Rows so far that are NULL themselves, of nested columns.
  private(set) var nullRows = 0
  private var next = 0

  init(_ node: WriteNode) {
    leaves = node.leaves.map(LeafGathering.init)
  }

  /// Begins another row group, in the memory of this one.
  mutating func reset() {
    for index in leaves.indices { leaves[index].reset() }
    nullRows = 0
  }

  /// Appends some rows of a column.
  ///
  /// - Throws: `Damage` for a map with a NULL key.
  mutating func append(
    _ whole: Column, _ range: Range<Int>, _ node: WriteNode
  ) throws(Damage) {
    if case .leaf = node.content { return leaves[0].append(whole, range) }
    let column = whole.sliced(range)
    for row in 0..<column.count where column.isNull(row) { nullRows += 1 }
    next = 0
    let none = [UInt8](repeating: 0, count: column.count)
    try shred(
      column, node,
      Entries(definitions: none, repetitions: none, rows: Array(0..<Int32(column.count))))
  }

  private mutating func shred(
    _ column: Column, _ node: WriteNode, _ parent: Entries
  ) throws(Damage) {
    var entries = parent
    let column = column.type.isNested ? column.flattened() : column
    for index in entries.rows.indices where entries.rows[index] != Entries.ended {
      if column.isNull(Int(entries.rows[index])) {
        guard node.isOptional else { throw Damage("a map has a NULL key") }
        entries.rows[index] = Entries.ended
      } else {
        entries.definitions[index] = UInt8(node.presentDefinition)
      }
    }
    switch node.content {
    case .leaf:
      leaves[next].append(
        column, rows: entries.rows.filter { $0 != Entries.ended },
        definitions: entries.definitions, repetitions: entries.repetitions)
      next += 1
    case .row(let fields):
      if case .flat(.row(let columns, _), _) = column.form {
        for (field, inner) in zip(fields, columns) { try shred(inner, field, entries) }
      } else {
        for field in fields { try shredNothing(field, entries) }
      }
    case .array(let element):
      if case .flat(.array(let list), _) = column.form {
        try shred(list.elements, element, expanded(entries, list.offsets, node))
      } else {
        try shredNothing(element, entries)
      }
    case .map(let key, let value):
      if case .flat(.map(let map), _) = column.form {
        let inner = expanded(entries, map.offsets, node)
        try shred(map.keys, key, inner)
        try shred(map.values, value, inner)
      } else {
        try shredNothing(key, entries)
        try shredNothing(value, entries)
      }
    }
  }

  /// Leaves below a column that is NULL throughout, of no type of its own.
  private mutating func shredNothing(
    _ node: WriteNode, _ entries: Entries
  ) throws(Damage) {
    for _ in node.leaves {
      leaves[next].append(
        Column(.null, constant: .null, count: 0), rows: [], definitions: entries.definitions,
        repetitions: entries.repetitions)
      next += 1
    }
  }

  /// One entry for each element of the lists; lists without elements keep theirs, which ends there.
  private func expanded(_ entries: Entries, _ offsets: [Int32], _ node: WriteNode) -> Entries {
    var inner = Entries(definitions: [], repetitions: [], rows: [])
    for index in entries.rows.indices {
      let row = entries.rows[index]
      let range =
        row == Entries.ended ? 0..<0 : offsets[Int(row)]..<offsets[Int(row) + 1]
      if range.isEmpty {
        inner.definitions.append(entries.definitions[index])
        inner.repetitions.append(entries.repetitions[index])
        inner.rows.append(Entries.ended)
      }
      for element in range {
        let isFirst = element == range.lowerBound
        inner.definitions.append(UInt8(node.presentDefinition + 1))
        inner.repetitions.append(
          isFirst ? entries.repetitions[index] : UInt8(node.elementRepetition))
        inner.rows.append(element)
      }
    }
    return inner
  }
}
