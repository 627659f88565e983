import Columns

/// Takes the fields of one column run by run and ends as a column.
///
/// Each step consumes the sink and puts it back, so that its arrays have one owner meanwhile.
///
/// An enum and not a protocol: behind an existential the loops would stay generic, at a fifth of the speed.
enum CSVSink {
  case double(CSVNumberSink<DoubleField>)
  case integer(CSVNumberSink<IntegerField>)
  case timestamp(CSVNumberSink<TimestampField>)
  case text(CSVTextSink)

  init(_ type: DataType, _ options: CSVColumn.Options) {
    let nulls = CSVNulls(options, isText: type.physical == .text)
    if options.reading != nil {
      self = .text(CSVTextSink(CSVFieldReading(type, nulls, options)))
      return
    }
    switch type {
    case .double: self = .double(CSVNumberSink(type, nulls, options))
    case .bigint, .integer: self = .integer(CSVNumberSink(type, nulls, options))
    case .timestamp: self = .timestamp(CSVNumberSink(type, nulls, options))
    case .null, .boolean, .decimal, .varchar, .varbinary, .json, .date, .intervalYearToMonth,
      .intervalDayToSecond, .tinyint, .smallint, .real, .time, .timestampWithZone, .array, .map,
      .row, .char, .opaque:
      self = .text(CSVTextSink(CSVFieldReading(type, nulls, options)))
    }
  }

  /// Begins a block of so many rows, as far as can be told from the first of them.
  mutating func begin(expecting rows: Int, isInGroup: Bool) {
    let rows = min(rows, 1 << 20)
    switch consume self {
    case .double(var sink):
      sink.begin(expecting: rows)
      self = .double(sink)
    case .integer(var sink):
      sink.begin(expecting: rows)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.begin(expecting: rows)
      self = .timestamp(sink)
    case .text(var sink):
      sink.begin(expecting: rows, isInGroup: isInGroup)
      self = .text(sink)
    }
  }

  mutating func take(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun, order: Int,
    problems: inout [CSVProblem]
  ) {
    if fields.areEmpty(numbers) { return takeEmpty(fields.count) }
    switch consume self {
    case .double(var sink):
      sink.take(bytes, numbers, fields, order: order, problems: &problems)
      self = .double(sink)
    case .integer(var sink):
      sink.take(bytes, numbers, fields, order: order, problems: &problems)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.take(bytes, numbers, fields, order: order, problems: &problems)
      self = .timestamp(sink)
    case .text(var sink):
      sink.take(bytes, numbers, fields)
      self = .text(sink)
    }
  }

  /// The fields of a column of a group, in the records that it looked at last.
  mutating func take(
    _ group: CSVFieldGroup, field: Int, order: Int, problems: inout [CSVProblem]
  ) {
    // Each case by its name: one for all the others would have the sink copied before it is looked at.
    switch consume self {
    case .text(var sink):
      sink.take(group, field: field)
      self = .text(sink)
      return
    case .double(let sink): self = .double(sink)
    case .integer(let sink): self = .integer(sink)
    case .timestamp(let sink): self = .timestamp(sink)
    }
    if group.areEmpty(field: field) { return takeEmpty(group.codes.count) }
    let (numbers, fields) = group.placed(field: field)
    take(group.phrases.bytes.span, numbers.span, fields, order: order, problems: &problems)
  }

  /// So many fields with nothing in them.
  private mutating func takeEmpty(_ count: Int) {
    switch consume self {
    case .double(var sink):
      sink.takeNulls(count)
      self = .double(sink)
    case .integer(var sink):
      sink.takeNulls(count)
      self = .integer(sink)
    case .timestamp(var sink):
      sink.takeNulls(count)
      self = .timestamp(sink)
    case .text(var sink):
      sink.takeEmpty(count)
      self = .text(sink)
    }
  }

  /// What the rows since ``begin(expecting:isInGroup:)`` amount to.
  ///
  /// - Parameter hasReturns: see `CSVTextSink.finish`.
  mutating func finish(
    _ bytes: [UInt8], hasReturns: Bool, order: Int, problems: inout [CSVProblem]
  ) -> Column {
    switch consume self {
    case .double(var sink):
      let column = sink.finish()
      self = .double(sink)
      return column
    case .integer(var sink):
      let column = sink.finish()
      self = .integer(sink)
      return column
    case .timestamp(var sink):
      let column = sink.finish()
      self = .timestamp(sink)
      return column
    case .text(var sink):
      let column = sink.finish(
        bytes, hasReturns: hasReturns, order: order, problems: &problems)
      self = .text(sink)
      return column
    }
  }
}
