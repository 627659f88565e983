import Columns
import Files

/// The columns of several files as one table's, matched by name whatever its case.
enum SchemaUnion {
  /// - Throws: `FormatError` naming the files, the column and its types where these do not go together.
  static func of(_ parts: [(file: String, schema: Schema)]) throws(FormatError) -> Schema {
    guard let first = parts.first else { return Schema([]) }
    var fields = first.schema.fields
    var positions: [String: Int] = [:]
    /// The file that a column's type comes from.
    var origins = Array(repeating: first.file, count: fields.count)
    for (position, field) in fields.enumerated() { positions[field.name.lowercased()] = position }
    for part in parts.dropFirst() where part.schema != first.schema {
      for field in part.schema.fields {
        let name = field.name.lowercased()
        guard let position = positions[name] else {
          positions[name] = fields.count
          fields.append(field)
          origins.append(part.file)
          continue
        }
        let known = fields[position]
        guard let type = SchemaWidening.common(known.type, field.type) else {
          throw FormatError(
            part.file, at: "column '\(field.name)'",
            "has \(field.type), but '\(origins[position])' has \(known.type); "
              + "files of one table need types that go together")
        }
        if type != known.type { origins[position] = part.file }
        fields[position] = Field(known.name, type)
      }
    }
    return Schema(fields)
  }
}
