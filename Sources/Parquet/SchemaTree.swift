import Columns

/// A column of the file's table and how its leaves make it up.
///
/// The levels say what a level entry of a leaf below means for this node (Dremel; Melnik et al.,
/// VLDB 2010, doi:10.14778/1920841.1920886):
///
///     an entry with definition ≥ slotDefinition      there is a slot here: a row, or an element
///     an entry with definition ≥ presentDefinition   and the slot is not NULL
///
/// where entries with a repetition above `repetition` belong to the slot of the entry before.
struct SchemaNode: Sendable {
  let type: DataType
  let repetition: Int
  let slotDefinition: Int
  let presentDefinition: Int
  let content: Content
  /// The number that the writer gave the field, by which some tables know it.
  var fieldID: Int?

  indirect enum Content: Sendable {
    case leaf(Int)
    /// Elements exist from `elementDefinition` on.
    case list(SchemaNode, elementDefinition: Int)
    case map(key: SchemaNode, value: SchemaNode, elementDefinition: Int)
    case row([SchemaNode])
  }

  /// The leaves below, in the order of the file.
  var leaves: [Int] {
    switch content {
    case .leaf(let index): [index]
    case .list(let element, _): element.leaves
    case .map(let key, let value, _): key.leaves + value.leaves
    case .row(let fields): fields.flatMap(\.leaves)
    }
  }

  var isFlat: Bool {
    if case .leaf = content { repetition == 0 } else { false }
  }
}

/// The schema of a file: its columns, under names that differ whatever their case, and the leaves
/// they are stored as.
struct SchemaTree: Sendable {
  let schema: Schema
  /// The names of the columns as the file has them.
  let storedNames: [String]
  let nodes: [SchemaNode]
  let leaves: [LeafColumn]

  /// Understands the elements of a footer.
  ///
  /// - Throws: `Damage` with the name of the column that cannot be understood.
  init(_ elements: [SchemaElement]) throws(Damage) {
    var reader = SchemaTreeReader(elements)
    try reader.readRoot()
    schema = Schema(reader.fields).withDistinctNames()
    storedNames = reader.fields.map(\.name)
    nodes = reader.nodes
    leaves = reader.leaves
  }
}

/// An element with its children, as the file has them.
private struct Element {
  let element: SchemaElement
  var children: [Element] = []

  var isGroup: Bool { element.childCount != nil && element.type == nil }
}

private struct SchemaTreeReader {
  private let elements: [SchemaElement]
  private var position = 0
  private(set) var fields: [Field] = []
  private(set) var nodes: [SchemaNode] = []
  private(set) var leaves: [LeafColumn] = []

  init(_ elements: [SchemaElement]) {
    self.elements = elements
  }

  mutating func readRoot() throws(Damage) {
    guard !elements.isEmpty else { throw Damage("its schema is empty") }
    let root = try readElement(depth: 0)
    guard position == elements.count else {
      throw Damage("its schema has elements outside the tree")
    }
    for child in root.children {
      do throws(Damage) {
        let node = try understand(child, slot: 0, repetition: 0)
        nodes.append(node)
        fields.append(
          Field(
            child.element.name, node.type, isNullable: child.element.repetition != .required))
      } catch {
        throw Damage("column '\(child.element.name)': \(error.message)")
      }
    }
  }

  private mutating func readElement(depth: Int) throws(Damage) -> Element {
    guard depth <= Limits.schemaDepth else {
      throw Damage("not supported: a schema nested deeper than \(Limits.schemaDepth)")
    }
    guard position < elements.count else { throw Damage("its schema ends too early") }
    var node = Element(element: elements[position])
    position += 1
    let count = node.element.childCount ?? 0
    guard count >= 0, count <= elements.count - position else {
      throw Damage("its schema ends too early")
    }
    for _ in 0..<count { node.children.append(try readElement(depth: depth + 1)) }
    return node
  }

  /// The node of an element whose slots exist from definition `slot` on.
  private mutating func understand(
    _ element: Element, slot: Int, repetition: Int, parentDefinition: Int? = nil
  ) throws(Damage) -> SchemaNode {
    let above = parentDefinition ?? slot
    var node = try understandRepetition(
      element, slot: slot, above: above, repetition: repetition)
    node.fieldID = element.element.fieldID
    return node
  }

  private mutating func understandRepetition(
    _ element: Element, slot: Int, above: Int, repetition: Int
  ) throws(Damage) -> SchemaNode {
    switch element.element.repetition {
    case .required:
      return try understandPresent(element, slot: slot, present: above, repetition: repetition)
    case .optional:
      return try understandPresent(element, slot: slot, present: above + 1, repetition: repetition)
    case .repeated:
      // Neither in a LIST nor a MAP: a list of its own, never NULL (LogicalTypes.md, "Lists").
      let inner = try understandPresent(
        element, slot: above + 1, present: above + 1, repetition: repetition + 1)
      return SchemaNode(
        type: .array(inner.type), repetition: repetition, slotDefinition: slot,
        presentDefinition: above, content: .list(inner, elementDefinition: above + 1))
    }
  }

  /// The same, its own repetition apart.
  private mutating func understandPresent(
    _ element: Element, slot: Int, present: Int, repetition: Int
  ) throws(Damage) -> SchemaNode {
    guard element.isGroup else {
      return try understandLeaf(element, slot: slot, present: present, repetition: repetition)
    }
    guard !element.children.isEmpty else {
      throw Damage("not supported: a group without fields")
    }
    let node = element.element
    let isList = node.logical == .list || (node.logical == nil && node.converted == .list)
    let isMap =
      node.logical == .map
      || (node.logical == nil && (node.converted == .map || node.converted == .mapKeyValue))
    if element.children.count == 1, element.children[0].element.repetition == .repeated {
      let repeated = element.children[0]
      if isList {
        let inner = try understandElement(
          repeated, of: node.name, definition: present + 1, repetition: repetition + 1)
        return SchemaNode(
          type: .array(inner.type), repetition: repetition, slotDefinition: slot,
          presentDefinition: present, content: .list(inner, elementDefinition: present + 1))
      }
      // A set of old: a map whose keys have no values.
      if isMap, repeated.isGroup, repeated.children.count == 1 {
        let key = try understand(
          repeated.children[0], slot: present + 1, repetition: repetition + 1)
        return SchemaNode(
          type: .array(key.type), repetition: repetition, slotDefinition: slot,
          presentDefinition: present, content: .list(key, elementDefinition: present + 1))
      }
      if isMap, repeated.isGroup, repeated.children.count == 2 {
        let key = try understand(
          repeated.children[0], slot: present + 1, repetition: repetition + 1)
        let value = try understand(
          repeated.children[1], slot: present + 1, repetition: repetition + 1)
        return SchemaNode(
          type: .map(key: key.type, value: value.type), repetition: repetition,
          slotDefinition: slot, presentDefinition: present,
          content: .map(key: key, value: value, elementDefinition: present + 1))
      }
    }
    var children: [SchemaNode] = []
    var rowFields: [RowField] = []
    for child in element.children {
      let inner = try understand(
        child, slot: slot, repetition: repetition, parentDefinition: present)
      children.append(inner)
      rowFields.append(RowField(name: child.element.name, type: inner.type))
    }
    return SchemaNode(
      type: .row(rowFields), repetition: repetition, slotDefinition: slot,
      presentDefinition: present, content: .row(children))
  }

  /// The element of a LIST: what the repeated field holds, or in files of old the field itself.
  ///
  /// Source: Parquet format, LogicalTypes.md, "Backward-compatibility rules".
  private mutating func understandElement(
    _ repeated: Element, of list: String, definition: Int, repetition: Int
  ) throws(Damage) -> SchemaNode {
    let isElementItself =
      !repeated.isGroup || repeated.children.count != 1 || repeated.element.name == "array"
      || repeated.element.name == list + "_tuple"
      || repeated.children[0].element.repetition == .repeated
    if isElementItself {
      return try understandPresent(
        repeated, slot: definition, present: definition, repetition: repetition)
    }
    return try understand(repeated.children[0], slot: definition, repetition: repetition)
  }

  private mutating func understandLeaf(
    _ element: Element, slot: Int, present: Int, repetition: Int
  ) throws(Damage) -> SchemaNode {
    guard element.children.isEmpty else { throw Damage("it has both a type and fields") }
    guard present < 256, repetition < 256 else { throw Damage("it is nested too deep") }
    let (type, conversion) = try LeafColumn.meaning(of: element.element)
    guard let storage = element.element.type else { throw Damage("it has no type") }
    let leaf = LeafColumn(
      index: leaves.count, name: element.element.name, storage: storage,
      typeLength: element.element.typeLength, type: type, conversion: conversion,
      hasOrder: LeafColumn.hasOrder(element.element), maxDefinition: present,
      maxRepetition: repetition)
    leaves.append(leaf)
    return SchemaNode(
      type: element.element.logical == .unknown ? .null : type, repetition: repetition,
      slotDefinition: slot, presentDefinition: present, content: .leaf(leaf.index))
  }
}
