import Columns
import Files
import Reports
import TextFormats

/// The columns of a flat delivery's table, and how each of its files fills them.
struct FlatColumns: Sendable {
  /// The columns of the batches that are written.
  let schema: Schema
  /// What is known of each column of the schema.
  let rules: [Rule]
  /// For each file, where the values of each column of the schema come from.
  let sources: [[Source]]
  /// Whether the rows say themselves which day they are of.
  let hasOwnDay: Bool

  enum Source: Sendable, Equatable {
    /// A column of the file, by its position.
    case column(Int)
    /// A value of a JSON row.
    case json(JSONPath)
    /// The day that the delivery is of.
    case day
    case missing
  }

  /// How values of a column are read.
  struct Rule: Sendable {
    /// As the file may call it, for messages.
    let title: String
    let type: DataType
    let isRequired: Bool
    let conversion: FlatConversion?
    /// Set where values are not written as usual.
    let reading: CSVColumn.Options.Reading?
  }

  static let day = "snapshot_date"
  /// What is expected of a column without which a row is none, in words.
  static let something = "a value"

  /// - Parameter names: for each file the names of its columns, or of its rows' members.
  /// - Throws: `FormatError` when a file lacks what its kind requires, or has a column twice.
  init(kind: ReportKind, table: ReportTable, files: [SourceFile], names: [[String]]) throws {
    var fields = table.columns.map { Field($0.name, $0.type) }
    var rules = try table.columns.map { column in
      Rule(
        title: column.name, type: column.type, isRequired: column.isRequired,
        conversion: try column.conversion.map { try FlatConversion($0, kind, column) },
        reading: FlatColumns.reading(column.type, column.pattern, kind.text.numbers))
    }
    var places = Dictionary(
      fields.enumerated().map { ($1.name.lowercased(), $0) },
      uniquingKeysWith: { first, _ in first })
    let aliases = FlatColumns.aliases(table)
    var found: [[Source]] = []
    for (file, names) in zip(files, names) {
      var sources = [Source](repeating: .missing, count: fields.count)
      var spellings: [Int: [String]] = [:]
      for (position, header) in names.enumerated() {
        let isJSON = file.format == .json
        let own = kind.columnName(header)
        let name = own.isEmpty ? "column\(position + 1)" : own
        let alias = aliases[FlatColumns.trimmed(header).lowercased()]
        if alias == nil, places[name.lowercased()] == nil {
          guard kind.loadsOtherColumns else { continue }
          places[name.lowercased()] = fields.count
          let type = kind.type(ofUnlisted: name)
          fields.append(Field(name, type))
          rules.append(
            Rule(
              title: header, type: type, isRequired: false, conversion: nil,
              reading: FlatColumns.reading(type, nil, kind.text.numbers)))
          sources.append(.missing)
        }
        guard let place = alias ?? places[name.lowercased()] else { continue }
        // A declared column of a JSON row is where its path leads, or here.
        if isJSON && place < table.columns.count {
          spellings[place, default: []].append(header)
          continue
        }
        guard sources[place] == .missing else {
          throw FormatError(
            file.path,
            "has two columns for '\(fields[place].name)', '\(header)' among them: "
              + "rename or remove one")
        }
        sources[place] = isJSON ? .json(JSONPath(member: header)) : .column(position)
      }
      if file.format == .json || kind.unpivot != nil {
        for (place, column) in table.columns.enumerated() {
          sources[place] = .json(
            JSONPath(
              column.from ?? column.name, isName: column.from == nil,
              spellings: spellings[place] ?? []))
        }
      }
      found.append(sources)
    }
    let day = fields.firstIndex { $0.name == FlatColumns.day && $0.type == .date }
    hasOwnDay =
      day.map { day in
        zip(files, found).contains { file, sources in
          file.format != .json && kind.unpivot == nil && sources[day] != .missing
        }
      } ?? false
    for index in found.indices {
      found[index] += [Source](repeating: .missing, count: fields.count - found[index].count)
      if let day, !hasOwnDay { found[index][day] = .day }
    }
    for (file, sources) in zip(files, found) where file.format != .json && kind.unpivot == nil {
      try FlatColumns.requireAll(table.columns, in: sources, file, kind)
    }
    schema = Schema(fields)
    self.rules = rules
    sources = found
  }

  /// A name without the blanks that some programs write behind delimiters.
  private static func trimmed(_ header: String) -> String {
    let blanks: Set<Character> = [" ", "\t"]
    let start = header.drop { blanks.contains($0) }
    return String(start.reversed().drop { blanks.contains($0) }.reversed())
  }

  /// Declared columns by the other names that a header may have for them.
  private static func aliases(_ table: ReportTable) -> [String: Int] {
    var aliases: [String: Int] = [:]
    for (place, column) in table.columns.enumerated() {
      for name in column.from?.split(separator: "|") ?? [] {
        if aliases[name.lowercased()] == nil { aliases[name.lowercased()] = place }
      }
    }
    return aliases
  }

  private static func requireAll(
    _ columns: [ReportColumn], in sources: [Source], _ file: SourceFile, _ kind: ReportKind
  ) throws {
    for (column, source) in zip(columns, sources) where column.isRequired && source == .missing {
      let names = [column.name] + (column.from?.split(separator: "|").map(String.init) ?? [])
      throw FormatError(
        file.path,
        "has no column '\(names.joined(separator: "' or '"))', without which it is no "
          + "\(kind.title); its columns are '\(file.header.prefix(8).joined(separator: "', '"))'"
          + (file.header.count > 8 ? " and \(file.header.count - 8) more" : ""))
    }
  }

  private static func reading(
    _ type: DataType, _ pattern: DatePattern?, _ numbers: NumberMarks?
  ) -> CSVColumn.Options.Reading? {
    if let pattern {
      let isDate = type == .date
      return .init(expectation: pattern.expectation) { text in
        pattern.microseconds(text).map {
          .int64(isDate ? $0.floorDivided(by: Microseconds.day) : $0)
        }
      }
    }
    guard let numbers, type.isNumber else { return nil }
    return .init(expectation: "\(TextValue.expectation(type)) such as \(numbers.example)") { text in
      numbers.plain(text).flatMap { TextValue.value($0, type) }
    }
  }
}

extension DataType {
  /// Whether values are written in digits.
  fileprivate var isNumber: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal: true
    case .null, .boolean, .varchar, .varbinary, .json, .date, .timestamp, .intervalYearToMonth,
      .intervalDayToSecond, .time, .timestampWithZone, .array, .map, .row, .char, .opaque:
      false
    }
  }
}
