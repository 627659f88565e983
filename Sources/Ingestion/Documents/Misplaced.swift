import TextFormats

/// Something of another kind than the format has it.
struct Misplaced: Error, Equatable {
  /// The member, as a path from the row; empty for the whole.
  var place: String
  let expected: String
  let found: String

  init(place: String = "", expected: String, found: String) {
    self.place = place
    self.expected = expected
    self.found = found
  }

  /// A value that is none of what is expected, shown as far as it is short.
  init(_ json: JSONValue, place: String = "", expected: String) {
    let shown: String? =
      switch json {
      case .string(let text): "'\(text.prefix(40))'"
      case .number(let text): "\(text.prefix(40))"
      case .boolean(let flag): "\(flag)"
      case .null, .array, .object: nil
      }
    self.init(
      place: place, expected: expected, found: json.kind + (shown.map { " \($0)" } ?? ""))
  }

  var sentence: String {
    place.isEmpty
      ? "expected \(expected), found \(found): is this the whole answer?"
      : "expected '\(place)' to be \(expected), found \(found): is this the whole answer?"
  }

  /// The same below a member or an element.
  func below(_ step: String) -> Misplaced {
    var outer = self
    outer.place = place.isEmpty ? step : place.first == "[" ? step + place : "\(step).\(place)"
    return outer
  }
}
