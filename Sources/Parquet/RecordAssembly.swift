import Columns

/// Puts the slots of leaves together to the rows of a nested column.
///
/// Source: Melnik et al., "Dremel", VLDB 2010, doi:10.14778/1920841.1920886; here by whole columns:
/// each node counts its slots in the levels of its first leaf.
struct RecordAssembly {
  private let leaves: [Int: LeafSlots]

  init(_ leaves: [Int: LeafSlots]) {
    self.leaves = leaves
  }

  /// The column of a node; one entry per slot.
  ///
  /// - Throws: `Damage` when the levels of its leaves contradict each other.
  func column(of node: SchemaNode) throws(Damage) -> Column {
    switch node.content {
    case .leaf(let index):
      guard let slots = leaves[index] else { throw Damage("a leaf was not read") }
      return slots.column
    case .row(let fields):
      let present = try presence(of: node)
      var columns: [Column] = []
      for field in fields {
        try checkAgreement(
          node, field, upTo: node.repetition, node.presentDefinition)
        let column = try self.column(of: field)
        guard column.count == present.count else { throw RecordAssembly.contradiction }
        columns.append(column)
      }
      return Column(
        node.type, .row(columns, count: present.count), Validity(checking: present))
    case .list(let element, let elementDefinition):
      let (offsets, present) = try lists(node, elementDefinition)
      let elements = try column(of: element)
      guard elements.count == offsets.last.map(Int.init) else {
        throw RecordAssembly.contradiction
      }
      return Column(
        node.type, .array(ListVector(offsets: offsets, elements: elements)),
        Validity(checking: present))
    case .map(let key, let value, let elementDefinition):
      let (offsets, present) = try lists(node, elementDefinition)
      try checkAgreement(key, value, upTo: node.repetition + 1, elementDefinition)
      let keys = try column(of: key)
      let values = try column(of: value)
      guard keys.count == offsets.last.map(Int.init), values.count == keys.count else {
        throw RecordAssembly.contradiction
      }
      return Column(
        node.type, .map(MapVector(offsets: offsets, keys: keys, values: values)),
        Validity(checking: present))
    }
  }

  private static let contradiction = Damage("the levels of its values contradict each other")

  private func firstLeaf(_ node: SchemaNode) throws(Damage) -> LeafSlots {
    guard let first = node.leaves.first, let slots = leaves[first] else {
      throw Damage("a leaf was not read")
    }
    return slots
  }

  /// Checks that the leaves of two nodes tell the same of a node above both: where its slots begin,
  /// and which of them are there.
  private func checkAgreement(
    _ a: SchemaNode, _ b: SchemaNode, upTo repetition: Int, _ definition: Int
  ) throws(Damage) {
    let (a, b) = (try firstLeaf(a), try firstLeaf(b))
    let (aRepetitions, bRepetitions) = (a.repetitions.span, b.repetitions.span)
    let (aDefinitions, bDefinitions) = (a.definitions.span, b.definitions.span)
    let deepest = UInt8(repetition)
    let highest = UInt8(definition)
    var (entry, other) = (0, 0)
    while true {
      while entry < aRepetitions.count && aRepetitions[entry] > deepest { entry += 1 }
      while other < bRepetitions.count && bRepetitions[other] > deepest { other += 1 }
      guard entry < aRepetitions.count, other < bRepetitions.count else { break }
      guard aRepetitions[entry] == bRepetitions[other],
        min(aDefinitions[entry], highest) == min(bDefinitions[other], highest)
      else { throw RecordAssembly.contradiction }
      entry += 1
      other += 1
    }
    guard entry == aRepetitions.count, other == bRepetitions.count else {
      throw RecordAssembly.contradiction
    }
  }

  private func presence(of node: SchemaNode) throws(Damage) -> [Bool] {
    let levels = try firstLeaf(node)
    var present: [Bool] = []
    for entry in levels.definitions.indices {
      let definition = Int(levels.definitions[entry])
      if Int(levels.repetitions[entry]) <= node.repetition, definition >= node.slotDefinition {
        present.append(definition >= node.presentDefinition)
      }
    }
    return present
  }

  private func lists(
    _ node: SchemaNode, _ elementDefinition: Int
  ) throws(Damage) -> (offsets: [Int32], present: [Bool]) {
    let levels = try firstLeaf(node)
    var offsets: [Int32] = [0]
    var present: [Bool] = []
    var elements: Int32 = 0
    for entry in levels.definitions.indices {
      let definition = Int(levels.definitions[entry])
      let repetition = Int(levels.repetitions[entry])
      if repetition <= node.repetition {
        guard definition >= node.slotDefinition else { continue }
        present.append(definition >= node.presentDefinition)
        if definition >= elementDefinition { elements += 1 }
        offsets.append(elements)
      } else if repetition == node.repetition + 1 {
        guard definition >= elementDefinition, offsets.count > 1 else {
          throw RecordAssembly.contradiction
        }
        elements += 1
        offsets[offsets.count - 1] = elements
      }
    }
    return (offsets, present)
  }
}
