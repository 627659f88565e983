import Columns
import Files
import SQL
package import TextFormats

extension ReportKind {
  /// Reads a file of `schemas/`.
  ///
  /// - Parameter isStrict: whether words that are not known are errors: in a user's own file a
  ///   misspelt one must not be silently without effect.
  /// - Throws: `FormatError` naming the member that is missing or wrong.
  package init(json: JSONValue, file: String, isStrict: Bool = true) throws {
    let root = SchemaPlace(json, file: file, isStrict: isStrict)
    try root.allow(SchemaWords.kind)
    name = try root.required("kind").text()
    title = try root.required("title").text()
    documentation = try root.optional("documentation")?.text() ?? ""
    recognition = try root.recognition()
    tables = try root.tables()
    bill = try root.optional("bill")?.bill()
    naming = try root.optional("names")?.choice(of: [.athena, .delivered, .lower]) ?? .delivered
    nullTokens = try root.optional("nullTokens")?.texts() ?? []
    keepsEmptyText = try root.optional("keepsEmptyText")?.flag() ?? false
    rows = try root.optional("rows")?.value.string
    day = try root.optional("day")?.text()
    spellings = Dictionary(
      (try root.optional("spellings")?.value.object?.members ?? []).compactMap { member in
        member.value.string.map { (member.key.lowercased(), $0.lowercased()) }
      }, uniquingKeysWith: { first, _ in first })
    needs = try (root.optional("needs")?.elements() ?? []).map { try $0.need() }
    focus = (try root.optional("focus")?.value.object?.members ?? []).compactMap { member in
      member.value.string.map { FocusMapping(column: member.key, expression: $0) }
    }
    let others = try root.optional("otherColumns")
    otherColumns = try (others?.elements() ?? []).map { rule in
      try rule.allow(SchemaWords.otherColumns)
      return OtherColumns(
        prefix: try rule.optional("prefix")?.value.string?.lowercased() ?? "",
        type: try rule.optional("type")?.type() ?? .varchar)
    }
    loadsOtherColumns = others.map { $0.value.array?.isEmpty == false } ?? true
    isFlat = try root.optional("loader")?.choice(of: [SchemaWords.Loader.flat]) != nil
    text = ReportText(
      delimiter: try root.optional("delimiter")?.delimiter(),
      numbers: try root.optional("numbers")?.numbers())
    unpivot = try root.optional("unpivot")?.unpivot()
  }
}

/// The words that schema files may use.
enum SchemaWords {
  static let kind = [
    "kind", "title", "documentation", "table", "partitions", "columns", "tables", "recognise",
    "rows", "names", "nullTokens", "keepsEmptyText", "otherColumns", "delimiter", "numbers",
    "unpivot", "loader", "scope", "key", "day", "spellings", "needs", "bill", "focus",
  ]
  static let table = ["table", "partitions", "scope", "key", "columns"]
  static let column = [
    "name", "type", "unit", "description", "required", "from", "as", "format", "since",
  ]
  static let recognise = ["manifest", "header", "json", "members", "text", "path"]
  static let header = ["some", "atLeast", "one", "none"]
  static let otherColumns = ["prefix", "type"]
  static let numbers = ["decimal", "thousands"]
  static let unpivot = ["skipRows", "skipGroups"]
  static let bill = [
    "period", "payer", "cost", "currency", "accounts", "tags", "where", "identity",
  ]
  static let needs = ["columns", "enables", "include", "optional"]
  static let tags = ["map", "columnPrefix", "keyPrefixes"]

  enum Loader: String { case flat }

  /// Names of types, for messages.
  static let types = [
    "boolean", "integer", "bigint", "double", "decimal(18,4)", "varchar", "json", "date",
    "timestamp", "array(varchar)", "map(varchar, varchar)",
  ]
}

// What the members mean; errors name the file and the member.
extension SchemaPlace {
  fileprivate func type() throws -> DataType {
    let text = try text()
    guard let type = DataType(parsing: text) else {
      throw error(
        "'\(text)' is no type" + Spelling.hint(for: text, among: SchemaWords.types)
          + "; there are \(SchemaWords.types.joined(separator: ", "))")
    }
    return type
  }

  fileprivate func recognition() throws -> ReportRecognition {
    guard let rules = try optional("recognise") else {
      return ReportRecognition(
        manifest: [], headers: [], json: [], members: [], text: nil, path: nil)
    }
    try rules.allow(SchemaWords.recognise)
    return ReportRecognition(
      manifest: try rules.optional("manifest")?.texts() ?? [],
      headers: try rules.optional("header")?.headers() ?? [],
      json: try rules.optional("json")?.texts() ?? [],
      members: try (rules.optional("members")?.elements() ?? []).map { try $0.texts() },
      text: try rules.optional("text")?.text(),
      path: try rules.optional("path")?.text())
  }

  /// One rule, or several of which one is enough.
  private func headers() throws -> [ReportRecognition.Header] {
    try (value.array == nil ? [self] : elements()).map { try $0.header() }
  }

  private func header() throws -> ReportRecognition.Header {
    try allow(SchemaWords.header)
    let some = try optional("some")?.texts() ?? []
    let one = try optional("one")?.texts() ?? []
    guard !some.isEmpty || !one.isEmpty else {
      throw error("expected 'some' or 'one' with names of columns: without them any file would fit")
    }
    var atLeast = some.count
    if let place = try optional("atLeast") {
      guard let count = place.value.int, (0...some.count).contains(count) else {
        throw place.expected("a number from 0 to the \(some.count) names of 'some'")
      }
      atLeast = count
    }
    return ReportRecognition.Header(
      some: some, atLeast: atLeast, one: one, none: try optional("none")?.texts() ?? [])
  }

  fileprivate func tables() throws -> [ReportTable] {
    guard let several = try optional("tables") else { return [try table()] }
    return try several.elements().map { place in
      try place.allow(SchemaWords.table)
      return try place.table()
    }
  }

  private func table() throws -> ReportTable {
    let name = try required("table").text()
    let columns = try (optional("columns")?.elements() ?? []).map { try $0.column() }
    var seen: Set<String> = []
    for (position, column) in columns.enumerated()
    where !seen.insert(column.name.lowercased()).inserted {
      throw error("'columns[\(position)].name': there is a column '\(column.name)' before")
    }
    let partitions = try optional("partitions")
    let names = try partitions?.texts() ?? []
    if let stray = names.first(where: { name in !columns.contains { $0.name == name } }) {
      throw
        (partitions ?? self).error(
          "'\(stray)' is not one of the columns"
            + Spelling.hint(for: stray, among: columns.map(\.name)))
    }
    let scope = try optional("scope")
    let scopeNames = try scope?.texts() ?? []
    if let stray = scopeNames.first(where: { !names.contains($0) }) {
      throw (scope ?? self).error("'\(stray)' is not one of the partitions")
    }
    let key = try optional("key")
    let keyNames = try key?.texts() ?? []
    if let stray = keyNames.first(where: { name in !columns.contains { $0.name == name } }) {
      throw
        (key ?? self).error(
          "'\(stray)' is not one of the columns"
            + Spelling.hint(for: stray, among: columns.map(\.name)))
    }
    return ReportTable(
      name: name, partitionColumns: names, scopeColumns: scopeNames, keyColumns: keyNames,
      columns: columns)
  }

  private func column() throws -> ReportColumn {
    try allow(SchemaWords.column)
    let type = try optional("type")?.type() ?? .varchar
    return ReportColumn(
      name: try required("name").text(),
      type: type,
      unit: try optional("unit")?.value.string,
      description: try optional("description")?.value.string,
      isRequired: try optional("required")?.flag() ?? false,
      from: try optional("from")?.text(),
      conversion: try optional("as")?.text(),
      pattern: try optional("format")?.pattern(of: type))
  }

  private func pattern(of type: DataType) throws -> DatePattern {
    guard type == .date || type == .timestamp else {
      throw error("only columns of type date or timestamp have one; this is \(type)")
    }
    do {
      return try DatePattern(try text())
    } catch let problem as DatePattern.Problem {
      throw error(problem.message)
    }
  }

  fileprivate func delimiter() throws -> UInt8 {
    let text = try text()
    let bytes = Array(text.utf8)
    let isMark = { (byte: UInt8) in
      byte == 0x09
        || (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"")
          && !Character(UnicodeScalar(byte)).isLetter && !Character(UnicodeScalar(byte)).isNumber
    }
    guard bytes.count == 1, isMark(bytes[0]) else {
      throw error("expected one mark such as ',', ';', '|' or '\\t', found '\(text.prefix(40))'")
    }
    return bytes[0]
  }

  fileprivate func numbers() throws -> NumberMarks {
    try allow(SchemaWords.numbers)
    let decimal = try optional("decimal")?.mark(of: ".,") ?? UInt8(ascii: ".")
    let thousands = try optional("thousands")?.mark(of: ".,' _")
    guard decimal != thousands else {
      throw error("'decimal' and 'thousands' are the same mark")
    }
    return NumberMarks(decimal: decimal, thousands: thousands)
  }

  private func mark(of marks: String) throws -> UInt8 {
    let text = try text()
    guard text.count == 1, marks.contains(text), let mark = text.utf8.first else {
      let known = marks.map { "'\($0)'" }.joined(separator: ", ")
      throw error("expected one of \(known), found '\(text.prefix(40))'")
    }
    return mark
  }

  fileprivate func unpivot() throws -> Unpivot {
    try allow(SchemaWords.unpivot)
    return Unpivot(
      skipRows: try optional("skipRows")?.texts() ?? [],
      skipGroups: try optional("skipGroups")?.texts() ?? [])
  }

  /// How many there are of something, at least one.
  private func count() throws -> Int {
    guard let count = value.int, count > 0 else { throw expected("a number from 1 on") }
    return count
  }

  fileprivate func need() throws -> ColumnNeed {
    try allow(SchemaWords.needs)
    return ColumnNeed(
      columns: try required("columns").texts(), enables: try required("enables").text(),
      include: try required("include").text(), isOptional: try optional("optional")?.flag() ?? false
    )
  }

  fileprivate func bill() throws -> ReportBill {
    try allow(SchemaWords.bill)
    let tags = try optional("tags")
    try tags?.allow(SchemaWords.tags)
    return ReportBill(
      period: try required("period").text(), payer: try required("payer").text(),
      cost: try required("cost").text(), currency: try required("currency").text(),
      accounts: try optional("accounts")?.texts() ?? [],
      tagMap: try tags?.optional("map")?.text(),
      tagColumnPrefix: try tags?.optional("columnPrefix")?.text(),
      tagKeyPrefixes: try tags?.optional("keyPrefixes")?.texts() ?? [],
      condition: try optional("where")?.text(),
      identity: try optional("identity")?.texts() ?? [])
  }
}
