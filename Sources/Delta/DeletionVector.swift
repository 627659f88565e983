import Files

/// Where it is written which rows of a data file no longer count.
///
/// Source: Delta PROTOCOL.md, "Deletion Vector Descriptor Schema".
package struct DeletionVector: Sendable, Hashable {
  /// `u`: a file named by a UUID; `p`: a file by its absolute path; `i`: in the text itself.
  package var storageType: String
  package var pathOrInline: String
  /// Where in the file it begins; bytes.
  package var offset: Int64?
  package var byteCount: Int64
  /// Rows taken out.
  package var cardinality: Int64

  package init(
    storageType: String, pathOrInline: String, offset: Int64? = nil, byteCount: Int64,
    cardinality: Int64
  ) {
    self.storageType = storageType
    self.pathOrInline = pathOrInline
    self.offset = offset
    self.byteCount = byteCount
    self.cardinality = cardinality
  }

  /// Tells the vectors of one data file apart.
  var identity: String {
    storageType + pathOrInline + (offset.map { "@\($0)" } ?? "")
  }

  /// Bytes of the largest vector that is read: one that takes out every other row of two thousand
  /// million is no larger.
  private static let byteLimit: Int64 = 1 << 28

  /// Reads the rows that are taken out.
  ///
  /// - Parameter table: the table's directory, in which the vector's file must lie.
  /// - Throws: `FileError`; `FormatError` when the vector is damaged, elsewhere or stored in a way that
  ///   is not known.
  package func deletedRows(inTable table: String) throws -> DeletedRows {
    guard (0...DeletionVector.byteLimit).contains(byteCount) else {
      throw FormatError(
        table,
        "expected a deletion vector of at most \(DeletionVector.byteLimit) bytes, found one "
          + "of \(byteCount)")
    }
    let rows: DeletedRows
    if storageType == "i" {
      rows = try parse(inlineBytes(table), place: "\(table) deletion vector in the log")
    } else {
      let path = try file(inTable: table)
      let position = max(offset ?? 1, 1)
      rows = try parse(
        DeletionVectorFile.read(path, at: position, byteCount: Int(byteCount)),
        place: "\(path) at byte \(position)")
    }
    guard rows.count == cardinality else {
      throw FormatError(
        table,
        "the log says of a deletion vector that it takes out \(cardinality) rows, "
          + "but it takes out \(rows.count) rows")
    }
    return rows
  }

  private func parse(_ bytes: [UInt8], place: String) throws(FormatError) -> DeletedRows {
    do {
      return try DeletedRows(bytes)
    } catch {
      throw FormatError(place, "the deletion vector is damaged: \(error.message)")
    }
  }

  private func inlineBytes(_ table: String) throws(FormatError) -> [UInt8] {
    guard let bytes = Base85.decoded(pathOrInline.utf8), bytes.count >= byteCount else {
      throw FormatError(
        table,
        "expected \(byteCount) bytes as Base85 in a deletion vector of the log, found '"
          + pathOrInline.prefix(60) + "'")
    }
    return Array(bytes.prefix(Int(byteCount)))
  }

  /// The file of a vector that has one, proven to lie in the table.
  package func file(inTable table: String) throws -> String {
    let relative: String
    switch storageType {
    case "u": relative = try uuidPath(table)
    case "p": relative = try PartitionPath.file(fromURI: pathOrInline, entry: table, table: table)
    default:
      throw FormatError(
        table, "not supported: deletion vectors of storage type '\(storageType.prefix(20))'")
    }
    let path = Path.join(table, relative)
    let (real, root) = (try Directory.resolved(path), try Directory.resolved(table))
    guard real.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      throw FormatError(table, "not supported: deletion vector '\(real)' outside of the table")
    }
    return path
  }

  /// `ab` + twenty characters: `ab/deletion_vector_<uuid>.bin`.
  private func uuidPath(_ table: String) throws(FormatError) -> String {
    let text = Array(pathOrInline.utf8)
    let prefix = String(decoding: text.dropLast(20), as: UTF8.self)
    guard text.count >= 20, let bytes = Base85.decoded(text.suffix(20)),
      !prefix.utf8.contains(0), !prefix.hasPrefix("/"), !prefix.split(separator: "/").contains("..")
    else {
      throw FormatError(
        table, "expected a UUID as Base85 in a deletion vector, found '\(pathOrInline.prefix(60))'")
    }
    var uuid = ""
    for (position, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(position) { uuid += "-" }
      uuid += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    let name = "deletion_vector_\(uuid).bin"
    return prefix.isEmpty ? name : prefix + "/" + name
  }
}
