import Columns
import Files
import Ingestion
import Reports
import Testing
import TestSupport
import Warehouse

/// The types that Athena's tables of the reports have (AWS CUR user guide, Athena column names and types;
/// AWS Data Exports user guide, table dictionary).
@Suite(.enabled(if: ColumnLists.isThere, "needs the lists of columns in ../shared/schemas"))
struct AthenaTypesTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private func type(_ text: String) throws -> DataType {
    let athena = text.replacing("<", with: "(").replacing(">", with: ")")
    return try #require(DataType(parsing: athena))
  }

  private func text(for type: DataType) -> String {
    switch type {
    case .double: "0E-10"
    case .timestamp: "2026-05-01T00:00:00Z"
    case .map: "{}"
    default: ""
    }
  }

  /// A bill with one row and all columns of a list, as CSV.
  private func bill(_ columns: [(name: String, type: DataType)]) throws -> String {
    func line(_ fields: [String]) -> String { fields.joined(separator: ",") + "\n" }
    return try lab.write(
      "in/all-1.csv",
      line(columns.map(\.name)) + line(columns.map { text(for: $0.type) }))
  }

  private func types(of table: String) throws -> [String: DataType] {
    let schema = try lab.warehouse.query("SELECT * FROM \(table) LIMIT 0").schema
    return Dictionary(
      schema.fields.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func `all columns of the legacy report, from CSV`() throws {
    let list = try lab.rows(
      "SELECT raw_name, athena_name, athena_type FROM '\(ColumnLists.folder)/cur-legacy.csv'")
    #expect(list.count == 324)
    let columns = try list.map { row in
      (
        raw: try #require(row[0].string), athena: try #require(row[1].string),
        type: try type(try #require(row[2].string))
      )
    }
    let path = try bill(columns.map { ($0.raw, $0.type) })
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    let found = try types(of: "cur")
    for column in columns { #expect(found[column.athena] == column.type, "\(column.athena)") }
    #expect(found.values.count { $0 == .timestamp } == 4)
    let rates = columns.map(\.athena).filter { $0.hasSuffix("_rate") }
    #expect(
      Set(rates.filter { found[$0] == .double }) == ["savings_plan_savings_plan_rate"])
    #expect(
      Set(columns.map(\.athena)).union(["year", "month", "billing_period"]) == Set(found.keys))
  }

  @Test func `all columns of version two, from CSV`() throws {
    let list = try lab.rows(
      "SELECT name, parquet_or_athena_type FROM '\(ColumnLists.folder)/cur2.csv'")
    #expect(list.count == 131)
    let columns = try list.map {
      (name: try #require($0[0].string), type: try type(try #require($0[1].string)))
    }
    let delivery = try #require(try lab.ingest(try bill(columns)).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    let found = try types(of: "cur2")
    for column in columns { #expect(found[column.name] == column.type, "\(column.name)") }
  }

  @Test(arguments: ["1.0", "1.1", "1.2"])
  func `all columns of FOCUS have the types of its numbers, times and JSON`(version: String) throws
  {
    let focus = try #require(lab.catalog.kind(named: "focus")?.table).schema
    let list = try lab.rows(
      "SELECT column_id, data_type FROM '\(ColumnLists.folder)/focus-\(version).csv'")
    #expect(list.count > 40)
    for row in list {
      let name = try #require(row[0].string)
      let expected: DataType =
        switch row[1].string {
        case "Decimal": .double
        case "Date/Time": .timestamp
        case "JSON": .map(key: .varchar, value: .varchar)
        default:
          row[1].string?.contains("Key-Value") == true
            ? .map(key: .varchar, value: .varchar) : .varchar
        }
      #expect(focus.field(named: name)?.type == expected, "\(name) of \(row[1])")
    }
  }

  @Test func `AWS's own export of FOCUS has Athena's types`() throws {
    let focus = try #require(lab.catalog.kind(named: "focus")?.table).schema
    for row in try lab.rows("SELECT * FROM '\(ColumnLists.folder)/focus-1.2-aws-export.csv'") {
      let name = try #require(row[0].string)
      let expected = try type(try #require(row[2].string))
      #expect(focus.field(named: name)?.type == expected, "\(name)")
    }
  }

  @Test(.enabled(if: RealData.isThere, "needs the real reports in ../shared/data"))
  func `real Parquet files of the legacy report have the types that the table has`() throws {
    let legacy = try #require(lab.catalog.kind(named: "cur"))
    let table = try #require(legacy.table).schema
    let files = try Directory.files(below: RealData.folder + "/cur-legacy-parquet")
    #expect(files.count == 2)
    for file in files {
      let schema = try lab.warehouse.query("SELECT * FROM '\(file)' LIMIT 0").schema
      #expect(schema.count > 100)
      for field in schema.fields {
        let known = table.field(named: field.name)?.type ?? legacy.type(ofUnlisted: field.name)
        #expect(field.type == known, "\(field.name)")
      }
    }
  }
}

/// Lists of the reports' columns, where they lie beside the package.
private enum ColumnLists {
  static let folder = Path.join(Path.split(RealData.folder).directory, "schemas")
  static let isThere = Directory.kind(folder) == .directory
}
