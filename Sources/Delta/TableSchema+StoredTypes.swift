package import Parquet
import TextFormats

extension TableSchema {
  /// The columns, and what is in them, whose types tell more than those of SQL here; by their paths in
  /// data files. Readers that go by the table's schema want the files to say the same.
  package var storedTypes: [[String]: StoredType] {
    var found: [[String]: StoredType] = [:]
    for field in fields { TableSchema.collect(field, below: [], into: &found) }
    return found
  }

  private static func collect(
    _ field: JSONValue, below path: [String], into found: inout [[String]: StoredType]
  ) {
    guard let name = field["name"]?.string, let type = field["type"] else { return }
    collect(type: type, at: path + [name], into: &found)
  }

  private static func collect(
    type: JSONValue, at path: [String], into found: inout [[String]: StoredType]
  ) {
    switch type.string ?? type["type"]?.string {
    case "byte": found[path] = .tinyint
    case "short": found[path] = .smallint
    case "float": found[path] = .real
    case "timestamp_ntz": found[path] = .localTimestamp
    case "array":
      if let element = type["elementType"] {
        collect(type: element, at: path + ["list", "element"], into: &found)
      }
    case "map":
      for (member, name) in [("keyType", "key"), ("valueType", "value")] {
        if let inner = type[member] {
          collect(type: inner, at: path + ["key_value", name], into: &found)
        }
      }
    case "struct":
      for field in type["fields"]?.array ?? [] { collect(field, below: path, into: &found) }
    default: break
    }
  }
}
