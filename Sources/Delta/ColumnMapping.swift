import TextFormats

/// How the columns of a table are found in its files.
///
/// Source: Delta PROTOCOL.md, "Column Mapping".
package enum ColumnMapping: Sendable, Hashable {
  /// By the names that the table has for them.
  case none
  /// By physical names, which stay when a column is renamed.
  case name
  /// By numbers that files give to their columns.
  case id

  /// What a table uses; a property that its protocol does not know of means nothing.
  init(_ protocolVersions: ProtocolVersions, _ configuration: [String: String]) {
    let isSupported =
      protocolVersions.minReaderVersion == 2
      || protocolVersions.readerFeatures.contains("columnMapping")
    switch configuration["delta.columnMapping.mode"]?.lowercased() {
    case "name" where isSupported: self = .name
    case "id" where isSupported: self = .id
    default: self = .none
    }
  }

  static let modes: Set<String> = ["none", "name", "id"]
}

/// A column, or a field within one, as files have it.
package struct StoredField: Sendable, Hashable {
  /// As people see it.
  package let name: String
  package let physicalName: String
  package let id: Int?
  /// Of a ROW its fields, of an ARRAY its element, of a MAP its key and its value.
  package let children: [StoredField]

  init(_ field: JSONValue) {
    let name = field["name"]?.string ?? ""
    self.name = name
    physicalName = field.at("metadata", "delta.columnMapping.physicalName")?.string ?? name
    id = field.at("metadata", "delta.columnMapping.id")?.int
    children = field["type"].map(StoredField.children) ?? []
  }

  private init(unnamed type: JSONValue?) {
    name = ""
    physicalName = ""
    id = nil
    children = type.map(StoredField.children) ?? []
  }

  private static func children(of type: JSONValue) -> [StoredField] {
    switch type["type"]?.string {
    case "struct": (type["fields"]?.array ?? []).map { StoredField($0) }
    case "array": [StoredField(unnamed: type["elementType"])]
    case "map": [StoredField(unnamed: type["keyType"]), StoredField(unnamed: type["valueType"])]
    default: []
    }
  }
}
