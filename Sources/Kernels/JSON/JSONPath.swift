import Columns

/// A compiled JSON path such as `$.a.b[0]['c']`: the part of JsonPath that Trino's json_extract takes.
struct JSONPath: Sendable {
  enum Step: Sendable, Equatable {
    case member([UInt8])
    /// Negative positions count from the end.
    case element(Int)
  }

  let steps: [Step]

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
        guard at < path.endIndex, path[at] != 0x2E, path[at] != 0x2A else {
          throw failure("may give several values; name one member or position")
        }
        if path[at] == 0x22 {
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
          guard path[at] != 0x2A else {
            throw failure("may give several values; name one member or position")
          }
          if let position = NumberText.int64(path[at..<end]) {
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
  func find(in json: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var cursor = JSONCursor(json)
    for step in steps {
      let isFound =
        switch step {
        case .member(let name): JSONPath.enter(name, &cursor)
        case .element(let position): JSONPath.enter(position, &cursor)
        }
      guard isFound else { return nil }
    }
    return cursor.skipValue().map { json[$0] }
  }

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
