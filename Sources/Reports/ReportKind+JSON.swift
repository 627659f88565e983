import Columns
import Files
package import TextFormats

extension ReportKind {
  /// Reads a file of `schemas/`.
  ///
  /// - Throws: `FormatError` naming the member that is missing or wrong.
  package init(json: JSONValue, file: String) throws {
    let reader = SchemaReader(json: json, file: file)
    name = try reader.text("kind")
    title = try reader.text("title")
    documentation = json["documentation"]?.string ?? ""
    recognition = try reader.recognition()
    tables = try reader.tables()
    bill = try reader.bill()
    naming = try reader.naming()
    nullTokens = reader.texts(json["nullTokens"])
    keepsEmptyText = json["keepsEmptyText"]?.boolean ?? false
    rows = json["rows"]?.string
    day = json["day"]?.string
    spellings = Dictionary(
      (json["spellings"]?.object?.members ?? []).compactMap { member in
        member.value.string.map { (member.key.lowercased(), $0.lowercased()) }
      }, uniquingKeysWith: { first, _ in first })
    focus = (json["focus"]?.object?.members ?? []).compactMap { member in
      member.value.string.map { FocusMapping(column: member.key, expression: $0) }
    }
    needs = try reader.needs()
    otherColumns = try (json["otherColumns"]?.array ?? []).map { rule in
      OtherColumns(
        prefix: rule["prefix"]?.string ?? "",
        type: try reader.type(rule["type"]?.string ?? "varchar", at: "otherColumns"))
    }
  }
}

/// Takes a schema file apart; errors name the file and the member.
private struct SchemaReader {
  let json: JSONValue
  let file: String

  func text(_ key: String) throws -> String {
    guard let text = json[key]?.string, !text.isEmpty else {
      throw FormatError(
        file, at: "'\(key)'", "expected text, found \(json[key]?.kind ?? "nothing")")
    }
    return text
  }

  func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }

  func type(_ text: String, at place: String) throws -> DataType {
    guard let type = DataType(parsing: text) else {
      throw FormatError(file, at: "'\(place)'", "'\(text)' is not a type; varchar, double, … are")
    }
    return type
  }

  func recognition() throws -> ReportRecognition {
    let rules = json["recognise"]
    let alternatives = rules?["header"].map { $0.array ?? [$0] } ?? []
    let headers = alternatives.map { header in
      ReportRecognition.Header(
        some: texts(header["some"]), atLeast: header["atLeast"]?.int ?? 1,
        one: texts(header["one"]), none: texts(header["none"]))
    }
    return ReportRecognition(
      manifest: texts(rules?["manifest"]), headers: headers, json: texts(rules?["json"]),
      members: (rules?["members"]?.array ?? []).map(texts), text: rules?["text"]?.string,
      path: rules?["path"]?.string)
  }

  func naming() throws -> ReportKind.ColumnNaming {
    guard let text = json["names"]?.string else { return .delivered }
    guard let naming = ReportKind.ColumnNaming(rawValue: text) else {
      throw FormatError(file, at: "'names'", "expected 'athena' or 'delivered', found '\(text)'")
    }
    return naming
  }

  func tables() throws -> [ReportTable] {
    if let several = json["tables"]?.array { return try several.map(table) }
    return [try table(json)]
  }

  private func table(_ json: JSONValue) throws -> ReportTable {
    guard let name = json["table"]?.string, !name.isEmpty else {
      throw FormatError(file, at: "'table'", "expected the name of a table")
    }
    let columns = try (json["columns"]?.array ?? []).map(column)
    let partitions = texts(json["partitions"])
    if let stray = partitions.first(where: { name in !columns.contains { $0.name == name } }) {
      throw FormatError(file, at: "'partitions'", "'\(stray)' is not one of the columns")
    }
    let scope = texts(json["scope"])
    if let stray = scope.first(where: { !partitions.contains($0) }) {
      throw FormatError(file, at: "'scope'", "'\(stray)' is not one of the partitions")
    }
    return ReportTable(
      name: name, partitionColumns: partitions, scopeColumns: scope, columns: columns)
  }

  private func column(_ json: JSONValue) throws -> ReportColumn {
    guard let name = json["name"]?.string, !name.isEmpty else {
      throw FormatError(file, at: "'columns'", "a column has no 'name'")
    }
    return ReportColumn(
      name: name,
      type: try type(json["type"]?.string ?? "varchar", at: name),
      unit: json["unit"]?.string,
      description: json["description"]?.string,
      isRequired: json["required"]?.boolean ?? false,
      from: json["from"]?.string,
      conversion: json["as"]?.string)
  }

  func needs() throws -> [ColumnNeed] {
    try (json["needs"]?.array ?? []).map { need in
      let columns = texts(need["columns"])
      guard !columns.isEmpty, let enables = need["enables"]?.string,
        let include = need["include"]?.string
      else {
        throw FormatError(file, at: "'needs'", "expected 'columns', 'enables' and 'include'")
      }
      return ColumnNeed(
        columns: columns, enables: enables, include: include,
        isOptional: need["optional"]?.boolean ?? false)
    }
  }

  func bill() throws -> ReportBill? {
    guard let bill = json["bill"] else { return nil }
    func column(_ key: String) throws -> String {
      guard let name = bill[key]?.string else {
        throw FormatError(file, at: "'bill'", "'\(key)' names no column")
      }
      return name
    }
    return ReportBill(
      period: try column("period"), payer: try column("payer"), cost: try column("cost"),
      currency: try column("currency"),
      tagMap: bill["tags"]?["map"]?.string,
      tagColumnPrefix: bill["tags"]?["columnPrefix"]?.string,
      tagKeyPrefixes: texts(bill["tags"]?["keyPrefixes"]),
      condition: bill["where"]?.string,
      identity: texts(bill["identity"]))
  }
}
