import Columns
import Parquet

/// A Parquet file put together by hand, so that it can have every shape that writers once gave one,
/// and shapes that none should.
///
/// Source: Apache Parquet format, README.md and parquet.thrift; the numbers are its field ids.
struct HandmadeFile {
  var schema: [HandmadeNode]
  var groups: [HandmadeGroup]
  /// Fields of the footer to be added or replaced; nil leaves one out.
  var footer: [Int: Thrift?] = [:]
  /// What stands between the footer's structure and its length.
  var afterFooter: [UInt8] = []

  /// One column, one row group.
  init(_ node: HandmadeNode, rows: Int, _ pages: [HandmadePage]) {
    schema = [node]
    groups = [HandmadeGroup(rows: rows, [HandmadeChunk(pages)])]
  }

  init(_ schema: [HandmadeNode], _ groups: [HandmadeGroup]) {
    self.schema = schema
    self.groups = groups
  }

  var bytes: [UInt8] {
    var bytes = Array("PAR1".utf8)
    let leaves = schema.flatMap { $0.leaves([]) }
    var rowGroups: [Thrift] = []
    for group in groups {
      var chunks: [Thrift] = []
      for (chunk, leaf) in zip(group.chunks, leaves) {
        chunks.append(chunk.write(leaf.node, path: leaf.path, to: &bytes))
      }
      var fields: [Int: Thrift] = [1: .list(chunks), 2: .i64(0), 3: .i64(group.rows)]
      for (field, value) in group.changes { fields[field] = value }
      rowGroups.append(.structure(fields))
    }
    var fields: [Int: Thrift] = [
      1: .i32(1),
      2: .list(
        [.structure([4: .text("schema"), 5: .i32(schema.count)])]
          + schema.flatMap(\.elements)),
      3: .i64(groups.reduce(0) { $0 + $1.rows }),
      4: .list(rowGroups),
      7: .list(leaves.map { _ in .structure([1: .empty]) }),
    ]
    for (field, value) in footer { fields[field] = value }
    let footerBytes = Thrift.structure(fields).bytes + afterFooter
    return bytes + footerBytes + littleEndian(UInt32(footerBytes.count)) + Array("PAR1".utf8)
  }
}

/// An element of a schema, with those below it.
struct HandmadeNode: Sendable {
  enum Repetition: Int, Sendable { case required, optional, repeated }
  enum Kind: Int, Sendable {
    case boolean, int32, int64, int96, float, double, byteArray, fixedLengthByteArray
  }

  var name: String
  var repetition = Repetition.required
  var type: Kind?
  var length: Int?
  var converted: Int?
  var logical: Thrift?
  var scale: Int?
  var precision: Int?
  var fieldID: Int?
  var children: [HandmadeNode] = []

  /// A column of values.
  static func leaf(
    _ name: String, _ repetition: Repetition, _ type: Kind, length: Int? = nil,
    converted: Int? = nil, logical: Thrift? = nil, scale: Int? = nil, precision: Int? = nil,
    fieldID: Int? = nil
  ) -> HandmadeNode {
    HandmadeNode(
      name: name, repetition: repetition, type: type, length: length, converted: converted,
      logical: logical, scale: scale, precision: precision, fieldID: fieldID)
  }

  static func group(
    _ name: String, _ repetition: Repetition, converted: Int? = nil, logical: Thrift? = nil,
    fieldID: Int? = nil, _ children: [HandmadeNode]
  ) -> HandmadeNode {
    HandmadeNode(
      name: name, repetition: repetition, converted: converted, logical: logical,
      fieldID: fieldID, children: children)
  }

  var elements: [Thrift] {
    var fields: [Int: Thrift] = [3: .i32(repetition.rawValue), 4: .text(name)]
    fields[1] = type.map { .i32($0.rawValue) }
    fields[2] = length.map { .i32($0) }
    fields[5] = type == nil ? .i32(children.count) : nil
    fields[6] = converted.map { .i32($0) }
    fields[7] = scale.map { .i32($0) }
    fields[8] = precision.map { .i32($0) }
    fields[9] = fieldID.map { .i32($0) }
    fields[10] = logical
    return [.structure(fields)] + children.flatMap(\.elements)
  }

  func leaves(_ path: [String]) -> [(node: HandmadeNode, path: [String])] {
    type != nil
      ? [(self, path + [name])] : children.flatMap { $0.leaves(path + [name]) }
  }
}

struct HandmadeGroup {
  var rows: Int
  var chunks: [HandmadeChunk]
  /// Fields of the row group to be replaced.
  var changes: [Int: Thrift?] = [:]

  init(rows: Int, _ chunks: [HandmadeChunk]) {
    self.rows = rows
    self.chunks = chunks
  }
}

/// The pages of a column in a row group.
struct HandmadeChunk {
  var pages: [HandmadePage]
  var codec = 0
  var statistics: [Int: Thrift]?
  /// Fields of the chunk, and of its metadata, to be replaced; nil leaves one out.
  var chunkChanges: [Int: Thrift?] = [:]
  var changes: [Int: Thrift?] = [:]
  /// Added to the size that the footer tells.
  var sizeError = 0

  init(_ pages: [HandmadePage], codec: Int = 0, statistics: [Int: Thrift]? = nil) {
    self.pages = pages
    self.codec = codec
    self.statistics = statistics
  }

  func write(_ node: HandmadeNode, path: [String], to bytes: inout [UInt8]) -> Thrift {
    let start = bytes.count
    var firstData: Int?
    var dictionary: Int?
    for page in pages {
      if page.isDictionary { dictionary = dictionary ?? bytes.count }
      if page.isData { firstData = firstData ?? bytes.count }
      bytes += page.bytes
    }
    let size = bytes.count - start + sizeError
    var metadata: [Int: Thrift] = [
      1: .i32(node.type?.rawValue ?? 0), 2: .list([.i32(0), .i32(3)]),
      3: .list(path.map { .text($0) }), 4: .i32(codec),
      5: .i64(pages.reduce(0) { $0 + ($1.isData ? $1.count : 0) }), 6: .i64(size),
      7: .i64(size), 9: .i64(firstData ?? start),
    ]
    metadata[11] = dictionary.map { .i64($0) }
    metadata[12] = statistics.map { .structure($0) }
    for (field, value) in changes { metadata[field] = value }
    var chunk: [Int: Thrift] = [2: .i64(start), 3: .structure(metadata)]
    for (field, value) in chunkChanges { chunk[field] = value }
    return .structure(chunk)
  }
}
