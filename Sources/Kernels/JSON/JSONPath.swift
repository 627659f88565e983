import Columns

/// A compiled JSON path such as `$.a.b[0]['c']`: the part of JsonPath that Trino's json_extract takes.
struct JSONPath: Sendable {
  enum Step: Sendable, Equatable {
    case member([UInt8])
    /// Negative positions count from the end.
    case element(Int)
    /// `.*` and `[*]`: every member or element.
    case every
    /// `..name`: the members of that name at any depth.
    case descendants([UInt8])
  }

  let steps: [Step]

  /// Whether the path may lead to several values, which then come as one array.
  var isMultiple: Bool {
    steps.contains { step in
      switch step {
      case .every, .descendants: true
      case .member, .element: false
      }
    }
  }

  /// - Throws: `EvaluationError` when the path is malformed or could give several values.
  init(_ path: ArraySlice<UInt8>) throws {
    func failure(_ reason: String) -> EvaluationError {
      EvaluationError("the JSON path '\(path.prefix(60).string)' \(reason)")
    }
    var steps: [Step] = []
    var at = path.startIndex
    let text = path.string
    // The `lax`/`strict` words of SQL/JSON paths.
    for mode in ["lax ", "strict "] where text.hasPrefix(mode) { at += mode.utf8.count }
    if at < path.endIndex && path[at] == 0x24 {
      at += 1
    } else if at < path.endIndex {
      // Trino reads a path without `$` as the name of a member.
      at = path.startIndex
      guard path[at] != 0x2E, path[at] != 0x5B else { throw failure("does not start with '$'") }
      steps.append(.member(JSONPath.name(path, &at)))
    } else {
      throw failure("is empty")
    }
    while at < path.endIndex {
      if path[at] == 0x2E {
        at += 1
        guard at < path.endIndex else { throw failure("has an empty member name") }
        if path[at] == 0x2A {
          at += 1
          steps.append(.every)
        } else if path[at] == 0x2E {
          guard path[path.startIndex] == 0x24 else {
            throw failure("may give several values; name one member or position")
          }
          at += 1
          let name = JSONPath.name(path, &at)
          guard !name.isEmpty, name != [0x2A] else { throw failure("has an empty member name") }
          steps.append(.descendants(name))
        } else if path[at] == 0x22 {
          steps.append(.member(try JSONPath.quoted(path, &at, failure)))
        } else {
          let name = JSONPath.name(path, &at)
          guard !name.isEmpty else { throw failure("has an empty member name") }
          steps.append(.member(name))
        }
      } else if path[at] == 0x5B {
        at += 1
        guard at < path.endIndex else { throw failure("has an open '['") }
        if path[at] == 0x22 || path[at] == 0x27 {
          steps.append(.member(try JSONPath.quoted(path, &at, failure)))
        } else {
          let end = path[at...].firstIndex(of: 0x5D) ?? path.endIndex
          if path[at..<end] == [0x2A] {
            steps.append(.every)
          } else if let position = NumberText.int64(path[at..<end]) {
            steps.append(.element(Int(position)))
          } else {
            let name = Array(path[at..<end])
            guard !name.isEmpty else { throw failure("has an empty '[]'") }
            steps.append(.member(name))
          }
          at = end
        }
        guard at < path.endIndex, path[at] == 0x5D else { throw failure("has an open '['") }
        at += 1
      } else {
        throw failure("is malformed at '\(path[at...].prefix(20).string)'")
      }
    }
    self.steps = steps
  }

  private static func name(_ path: ArraySlice<UInt8>, _ at: inout Int) -> [UInt8] {
    let start = at
    while at < path.endIndex && path[at] != 0x2E && path[at] != 0x5B { at += 1 }
    return Array(path[start..<at])
  }

  private static func quoted(
    _ path: ArraySlice<UInt8>, _ at: inout Int, _ failure: (String) -> EvaluationError
  ) throws -> [UInt8] {
    let quote = path[at]
    var name: [UInt8] = []
    at += 1
    while at < path.endIndex && path[at] != quote {
      if path[at] == 0x5C && at + 1 < path.endIndex { at += 1 }
      name.append(path[at])
      at += 1
    }
    guard at < path.endIndex else { throw failure("has an open quote") }
    at += 1
    return name
  }

  /// The range of the value that the path leads to; nil when there is none or the text is not JSON.
  ///
  /// A path to several values finds an array of them.
  func find(in json: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if isMultiple { return findAll(in: json) }
    var cursor = JSONCursor(json)
    for step in steps {
      let isFound =
        switch step {
        case .member(let name):
          if cursor.peek() == 0x5B, let position = JSONPath.position(name) {
            JSONPath.enter(position, &cursor)
          } else {
            JSONPath.enter(name, &cursor)
          }
        case .element(let position):
          if cursor.peek() == 0x7B {
            JSONPath.enter(JSONPath.name(position), &cursor)
          } else {
            JSONPath.enter(position, &cursor)
          }
        case .every, .descendants: false
        }
      guard isFound else { return nil }
    }
    return cursor.skipValue().map { json[$0] }
  }

  private func findAll(in json: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let root = JSONNode.parse(json) else { return nil }
    let found = steps.reduce([root]) { nodes, step in nodes.flatMap { JSONPath.next($0, step) } }
    var out: [UInt8] = []
    JSONNode.array(found).append(to: &out)
    return out[...]
  }

  private static func next(_ node: JSONNode, _ step: Step) -> [JSONNode] {
    switch (step, node) {
    case (.member(let name), .object(let members)):
      return members.filter { $0.name == name }.map(\.value)
    case (.element(let position), .array(let elements)):
      let index = position < 0 ? elements.count + position : position
      return elements.indices.contains(index) ? [elements[index]] : []
    case (.member(let name), .array):
      return position(name).map { next(node, .element($0)) } ?? []
    case (.element(let position), .object): return next(node, .member(name(position)))
    case (.every, .object(let members)): return members.map(\.value)
    case (.every, .array(let elements)): return elements
    case (.descendants(let name), .object(let members)):
      return members.flatMap { member in
        (member.name == name ? [member.value] : []) + next(member.value, step)
      }
    case (.descendants, .array(let elements)): return elements.flatMap { next($0, step) }
    case (_, .null), (_, .boolean), (_, .number), (_, .string), (_, .array), (_, .object):
      return []
    }
  }

  // A number leads into arrays and objects alike, however it is written.
  // Source: Trino, TestJsonExtract, "Test numeric path expression matches arrays and objects".

  private static func position(_ name: [UInt8]) -> Int? {
    name.allSatisfy { $0 &- 0x30 <= 9 } ? NumberText.int64(name[...]).map { Int($0) } : nil
  }

  private static func name(_ position: Int) -> [UInt8] { Array("\(position)".utf8) }

  private static func enter(_ name: [UInt8], _ cursor: inout JSONCursor) -> Bool {
    guard cursor.skip(0x7B) else { return false }
    if cursor.skip(0x7D) { return false }
    repeat {
      guard cursor.peek() == 0x22, let (range, hasEscapes) = cursor.skipString(), cursor.skip(0x3A)
      else { return false }
      let key = cursor.bytes[range]
      let isSame =
        hasEscapes ? JSONText.unescaped(key).map { $0 == name } ?? false : key == name[...]
      if isSame { return cursor.peek() != nil }
      guard cursor.skipValue() != nil else { return false }
    } while cursor.skip(0x2C)
    return false
  }

  private static func enter(_ position: Int, _ cursor: inout JSONCursor) -> Bool {
    guard cursor.peek() == 0x5B else { return false }
    var wanted = position
    if position < 0 {
      guard let count = count(cursor) else { return false }
      wanted = count + position
      guard wanted >= 0 else { return false }
    }
    guard cursor.skip(0x5B), cursor.peek() != 0x5D else { return false }
    while wanted > 0 {
      guard cursor.skipValue() != nil, cursor.skip(0x2C) else { return false }
      wanted -= 1
    }
    return cursor.peek() != nil
  }

  /// The number of elements of the array, or members of the object, at the cursor; 0 for a scalar.
  static func count(_ cursor: JSONCursor) -> Int? {
    var cursor = cursor
    guard let open = cursor.peek() else { return nil }
    guard open == 0x5B || open == 0x7B else { return cursor.skipValue() == nil ? nil : 0 }
    let close = open + 2
    guard cursor.skip(open) else { return nil }
    if cursor.skip(close) { return 0 }
    var count = 0
    repeat {
      if open == 0x7B {
        guard cursor.peek() == 0x22, cursor.skipString() != nil, cursor.skip(0x3A) else {
          return nil
        }
      }
      guard cursor.skipValue() != nil else { return nil }
      count += 1
    } while cursor.skip(0x2C)
    return cursor.skip(close) ? count : nil
  }
}
