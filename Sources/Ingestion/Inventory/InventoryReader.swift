import Compression
import Files
import TextFormats

/// Reads the entries of Systems Manager inventory: the files that a resource data sync writes, a line per
/// entry, and the answers of `list-inventory-entries` and `get-inventory`.
struct InventoryReader {
  let path: String
  /// What the path of a synchronised file says; nil for answers.
  let place: InventoryPath?

  init(_ path: String) {
    self.path = path
    place = InventoryPath(path)
  }

  /// One entry of a type about a node.
  struct Entry {
    let type: String
    let node: Node
    /// What the document says of the entry besides its attributes.
    let common: [JSONMember]
    /// nil for a node that has no entry of the type.
    let attributes: [JSONMember]?
    let line: Int
    /// The other node that the file is named after; nil where both are the same, or the file names none.
    var fileNode: String?
  }

  /// A managed node, as far as it is told where it is.
  struct Node: Hashable {
    var account: String?
    var region: String?
    var id: String
  }

  /// The types that the file has entries of, and whether its last answer says that more pages follow.
  func survey() throws -> (types: Set<String>, hasMore: Bool) {
    if let place { return ([place.type], false) }
    var types: Set<String> = []
    var last = JSONValue.null
    try eachDocument { document, line in
      try answers(document, ListingOwner.of(path: path), line) { types.insert($0.type) }
      last = document.array?.last ?? document
    }
    return (types, ListingReader.hasMore(last))
  }

  /// Hands on every entry, and each node once that has none.
  ///
  /// - Throws: `FormatError` for what is no inventory; what `body` throws.
  func forEach(_ body: (Entry) throws -> Void) throws {
    if let place {
      return try synchronised(JSONLines(try PackedFile.open(path)), place, body)
    }
    try eachDocument { document, line in
      try answers(document, ListingOwner.of(path: path), line, body)
    }
  }

  private func eachDocument(_ body: (JSONValue, _ line: Int) throws -> Void) throws {
    let documents = JSONLines(try PackedFile.open(path))
    while let document = try documents.next() { try body(document, documents.line) }
  }

  // MARK: A resource data sync's files

  private func synchronised(
    _ documents: JSONLines, _ place: InventoryPath, _ body: (Entry) throws -> Void
  ) throws {
    let account = place.partitions["accountid"]
    let region = place.partitions["region"]
    let own = String(Path.name(path).prefix { $0 != "." })
    var count = 0
    while let document = try documents.next() {
      for object in document.array ?? [document] {
        let members = try self.members(object, documents.line)
        let named = try resource(members, documents.line)
        count += 1
        let isOther = named.map { $0 != own } ?? false
        try body(
          Entry(
            type: place.type, node: Node(account: account, region: region, id: named ?? own),
            common: [], attributes: members, line: documents.line,
            fileNode: isOther && InventoryReader.isNode(own) ? own : nil))
      }
    }
    guard count == 0 else { return }
    try body(
      Entry(
        type: place.type, node: Node(account: account, region: region, id: own), common: [],
        attributes: nil, line: 1))
  }

  /// Whether a name is that of a managed node: an instance of EC2 or a server elsewhere.
  private static func isNode(_ name: String) -> Bool {
    name.hasPrefix("i-") || name.hasPrefix("mi-")
  }

  /// The node that an entry names; nil where it leaves that to the file's name.
  private func resource(_ members: [JSONMember], _ line: Int) throws -> String? {
    guard let value = members.first(where: { $0.key.lowercased() == "resourceid" })?.value,
      !value.isNull
    else { return nil }
    guard let id = value.string, !id.isEmpty else {
      throw failure(line, "expected 'resourceId' to be a node's id, found \(value.kind)")
    }
    return id
  }

  // MARK: Answers

  private func answers(
    _ document: JSONValue, _ owner: ListingOwner, _ line: Int, _ body: (Entry) throws -> Void
  ) throws {
    if let list = document.array {
      for element in list { try answers(element, owner, line, body) }
      return
    }
    guard let object = document.object else {
      throw failure(line, "expected an object, found \(document.kind)")
    }
    if let error = ListingReader.failure(object) { throw failure(line, error) }
    let inside = ListingReader.owner(of: document, within: owner)
    if let entities = object["Entities"] {
      for entity in try list(entities, "Entities", line) {
        guard let id = entity["Id"]?.string else {
          throw failure(line, "an entry of 'Entities' has no 'Id'")
        }
        guard let data = entity["Data"]?.object else {
          throw failure(line, "'\(id)' of 'Entities' has no 'Data'")
        }
        for member in data.members {
          let type = try text(member.value, "TypeName", line) ?? member.key
          try item(member.value, "Content", type, id, inside, line, body)
        }
      }
    } else if object["Entries"] != nil {
      guard let type = object["TypeName"]?.string, let id = object["InstanceId"]?.string else {
        throw failure(line, "expected 'TypeName' and 'InstanceId' beside 'Entries'")
      }
      try item(document, "Entries", type, id, inside, line, body)
    } else if let keyed = ListingReader.keyed(object, owner) {
      for (owner, value) in keyed { try answers(value, owner, line, body) }
    } else {
      throw failure(line, "expected 'Entities' or 'Entries': is this the whole answer?")
    }
  }

  /// The entries of one type about one node.
  private func item(
    _ json: JSONValue, _ name: String, _ type: String, _ id: String, _ owner: ListingOwner,
    _ line: Int, _ body: (Entry) throws -> Void
  ) throws {
    let node = Node(account: owner.account, region: owner.region, id: id)
    var common = [JSONMember(key: "resourceId", value: .string(id))]
    for key in ["CaptureTime", "SchemaVersion"] {
      if let value = json[key] { common.append(JSONMember(key: key, value: value)) }
    }
    if let context = json["Context"], !context.isNull { common += try members(context, line) }
    // A custom type may have a single entry, not in a list.
    guard let content = json[name] else {
      throw failure(line, "'\(type)' of '\(id)' has no '\(name)': is this the whole answer?")
    }
    let entries = content.object == nil ? try list(content, name, line) : [content]
    if entries.isEmpty {
      try body(Entry(type: type, node: node, common: common, attributes: nil, line: line))
    }
    for entry in entries {
      try body(
        Entry(
          type: type, node: node, common: common, attributes: try members(entry, line), line: line))
    }
  }

  private func members(_ json: JSONValue, _ line: Int) throws -> [JSONMember] {
    guard let members = json.object?.members else {
      throw failure(line, "expected an object, found \(json.kind)")
    }
    for member in members {
      guard !member.key.isEmpty, !member.key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
      else {
        throw failure(
          line,
          "expected the name of an attribute, found "
            + (member.key.isEmpty ? "nothing" : "control characters in one"))
      }
    }
    return members
  }

  private func text(_ json: JSONValue, _ name: String, _ line: Int) throws -> String? {
    guard let value = json[name], !value.isNull else { return nil }
    guard let text = value.string else {
      throw failure(line, "expected '\(name)' to be text, found \(value.kind)")
    }
    return text
  }

  private func list(_ json: JSONValue, _ name: String, _ line: Int) throws -> [JSONValue] {
    guard let list = json.array else {
      throw failure(line, "expected '\(name)' to be a list, found \(json.kind)")
    }
    return list
  }

  private func failure(_ line: Int, _ sentence: String) -> FormatError {
    FormatError(path, at: "line \(line)", sentence)
  }
}
