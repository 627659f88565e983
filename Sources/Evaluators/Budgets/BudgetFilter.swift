import TextFormats

/// The charges that a budget counts: dimensions, tags and cost categories under and, or, not.
///
/// Both of AWS's forms come to this: a FilterExpression as it stands, the old CostFilters as an `and` of
/// their keys.
package indirect enum BudgetFilter: Sendable, Hashable {
  /// Every charge.
  case all
  case and([BudgetFilter])
  case or([BudgetFilter])
  case not(BudgetFilter)
  case leaf(Leaf)

  /// Values of one thing that charges have.
  package struct Leaf: Sendable, Hashable {
    package let subject: Subject
    package let values: [String]
    package let match: Match
    package let ignoresCase: Bool
  }

  package enum Subject: Sendable, Hashable {
    /// A dimension's name in AWS's spelling, such as `LINKED_ACCOUNT`.
    case dimension(String)
    case tag(String)
    case costCategory(String)
  }

  package enum Match: String, Sendable, CaseIterable {
    case equals = "EQUALS"
    case absent = "ABSENT"
    case startsWith = "STARTS_WITH"
    case endsWith = "ENDS_WITH"
    case contains = "CONTAINS"
  }
}

// MARK: Reading

extension BudgetFilter {
  /// How deep an expression may be nested; AWS stops at two.
  private static let deepest = 32

  /// Reads an expression: one of `And`, `Or`, `Not`, `Dimensions`, `Tags`, `CostCategories`.
  ///
  /// - Throws: `ConfigurationError` for anything else: an operand left out would count what it should
  ///   not.
  package static func expression(
    _ place: JSONPlace, depth: Int = 0
  ) throws(ConfigurationError) -> BudgetFilter {
    guard depth < deepest else { throw place.error("the expression is nested too deeply") }
    var parts: [BudgetFilter] = []
    for (key, value) in try place.members() where !value.value.isNull {
      switch key {
      case "And", "Or":
        var operands: [BudgetFilter] = []
        for operand in try value.elements() {
          operands.append(try expression(operand, depth: depth + 1))
        }
        guard !operands.isEmpty else { throw value.error("expected at least one expression") }
        parts.append(key == "And" ? .and(operands) : .or(operands))
      case "Not": parts.append(.not(try expression(value, depth: depth + 1)))
      case "Dimensions": parts.append(.leaf(try leaf(value) { .dimension($0) }))
      case "Tags": parts.append(.leaf(try leaf(value) { .tag($0) }))
      case "CostCategories": parts.append(.leaf(try leaf(value) { .costCategory($0) }))
      default:
        throw value.error("expected And, Or, Not, Dimensions, Tags or CostCategories")
      }
    }
    guard parts.count == 1, let only = parts.first else {
      throw place.error(
        "expected one of And, Or, Not, Dimensions, Tags and CostCategories, found \(parts.count)")
    }
    return only
  }

  private static func leaf(
    _ place: JSONPlace, _ subject: (String) -> Subject
  ) throws(ConfigurationError) -> Leaf {
    var match = Match.equals
    var ignoresCase = false
    for option in try place.optional("MatchOptions")?.elements() ?? [] {
      let word = try option.text()
      switch word {
      case "CASE_SENSITIVE": ignoresCase = false
      case "CASE_INSENSITIVE": ignoresCase = true
      default:
        guard let known = Match(rawValue: word) else {
          throw option.error(
            "expected one of \(Match.allCases.map(\.rawValue).joined(separator: ", ")), "
              + "CASE_SENSITIVE, CASE_INSENSITIVE, found '\(word)'")
        }
        match = known
      }
    }
    var values: [String] = []
    for value in try place.optional("Values")?.elements() ?? [] { values.append(try value.text()) }
    guard !values.isEmpty || match == .absent else {
      throw place.error("expected 'Values' with at least one value")
    }
    return Leaf(
      subject: subject(try place.required("Key").text()), values: values, match: match,
      ignoresCase: ignoresCase)
  }

  /// Reads the old form: `{"Service": ["…"], "TagKeyValue": ["user:team$data"]}`. All keys have to
  /// match, of a key's values any.
  package static func costFilters(_ place: JSONPlace) throws(ConfigurationError) -> BudgetFilter {
    var parts: [BudgetFilter] = []
    for (key, values) in try place.members() {
      var texts: [String] = []
      for value in try values.elements() { texts.append(try value.text()) }
      guard !texts.isEmpty else { continue }
      switch key.lowercased() {
      case "tagkeyvalue": parts.append(any(texts) { .tag($0) })
      case "costcategory", "costcategories": parts.append(any(texts) { .costCategory($0) })
      default:
        parts.append(
          .leaf(
            Leaf(
              subject: .dimension(BudgetDimension.name(ofFilter: key)), values: texts,
              match: .equals, ignoresCase: false)))
      }
    }
    return parts.isEmpty ? .all : parts.count == 1 ? parts[0] : .and(parts)
  }

  /// `user:team$data`: a key and a value; without a value, charges that lack the key.
  private static func any(_ texts: [String], _ subject: (String) -> Subject) -> BudgetFilter {
    let leaves = texts.map { text -> BudgetFilter in
      let parts = text.split(separator: "$", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? String(parts[1]) : ""
      return .leaf(
        Leaf(
          subject: subject(String(parts[0])), values: [value],
          match: value.isEmpty ? .absent : .equals, ignoresCase: false))
    }
    return leaves.count == 1 ? leaves[0] : .or(leaves)
  }
}
