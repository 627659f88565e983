import Columns

extension CSVParser {
  /// What one thread at a time keeps between the blocks of a file: memory, the texts that it has seen, and
  /// which columns go together.
  struct State: Sendable {
    private(set) var index: CSVRecordIndex
    private var groups: [CSVFieldGroup] = []
    private var sinks: [CSVSink]
    /// The position of each wanted column, and where it is found in the layout.
    private let positions: [Int]
    private var places: [CSVLayout.Place]
    /// Until enough records were seen.
    private var choice: CSVGroupChoice?
    private let dialect: CSVDialect

    init(_ columns: [CSVColumn], fieldCount: Int, _ dialect: CSVDialect) {
      let layout = CSVLayout(fieldCount: fieldCount)
      index = CSVRecordIndex(layout)
      sinks = columns.map { CSVSink($0.type, $0.options) }
      positions = columns.map(\.position)
      places = positions.map(layout.place)
      choice =
        fieldCount <= CSVGroupChoice.mostFields
        ? CSVGroupChoice(wanted: positions, fieldCount: fieldCount) : nil
      self.dialect = dialect
    }

    /// Finds the groups, or gives up those in which most records are new.
    mutating func beginBlock() {
      if let chosen = choice?.groups {
        choice = nil
        use(chosen)
      }
      let kept = groups.indices.filter { groups[$0].isWorthIt() }
      if kept.count < groups.count { use(kept.map { groups[$0] }) }
      for group in groups.indices { groups[group].forgetIfFull() }
    }

    private mutating func use(_ groups: [CSVFieldGroup]) {
      self.groups = groups
      let layout = CSVLayout(
        fieldCount: index.layout.fieldCount, groups: groups.map(\.fields))
      index = CSVRecordIndex(layout)
      places = positions.map(layout.place)
    }

    /// Finds the next records; see `CSVRecordIndex`.
    mutating func fill(
      _ bytes: Span<UInt8>, from position: Int, to end: Int,
      faults: inout [CSVRecordIndex.Fault]
    ) -> Int {
      index.fill(bytes, from: position, to: end, dialect, faults: &faults)
    }

    /// - Parameter rows: what the block has, as far as can be told from its first records.
    mutating func beginColumns(expecting rows: Int) {
      for order in sinks.indices {
        sinks[order].begin(expecting: rows, isInGroup: places[order].isInGroup)
      }
    }

    /// Takes the fields of the records in the index.
    mutating func takeFields(
      _ bytes: Span<UInt8>, firstRow: Int, problems: inout [CSVProblem]
    ) {
      let index = index
      for number in groups.indices {
        let texts = CSVFieldRun(index, unit: index.layout.groups[number], firstRow: firstRow)
        groups[number].take(bytes, index.numbers.span, texts, dialect)
      }
      var order = 0
      while order < sinks.count {
        switch places[order] {
        case .unit(let unit):
          let fields = CSVFieldRun(index, unit: unit, firstRow: firstRow)
          sinks[order].take(
            bytes, index.numbers.span, fields, order: order, problems: &problems)
          order += 1
        case .inGroup(let number, _):
          // Got once for all of its columns, which mostly lie side by side.
          let group = groups[number]
          while order < sinks.count, case .inGroup(number, let field) = places[order] {
            sinks[order].take(group, field: field, order: order, problems: &problems)
            order += 1
          }
        }
      }
      choice?.look(at: bytes, index)
    }

    /// The columns of the block.
    ///
    /// - Parameter hasReturns: see `CSVTextSink.finish`.
    mutating func finishColumns(
      _ bytes: [UInt8], hasReturns: Bool, problems: inout [CSVProblem]
    ) -> [Column] {
      var columns: [Column] = []
      columns.reserveCapacity(sinks.count)
      for order in sinks.indices {
        columns.append(
          sinks[order].finish(
            bytes, hasReturns: hasReturns, order: order, problems: &problems))
      }
      return columns
    }
  }
}
