/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
  case empty
  case character(UInt32, ignoresCase: Bool)
  case any(includesNewline: Bool)
  case set(CharacterSet)
  case assertion(RegexAssertion)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  /// `most` nil means no limit.
  case repetition(RegexNode, least: Int, most: Int?, isLazy: Bool)
  case group(RegexNode, index: Int)
  /// Takes no character: whether the node matches from here on, or up to here.
  case look(RegexNode, isAhead: Bool, isNegated: Bool)

  /// What matches the same texts read from their end. Places stay places: an assertion asks of the text
  /// as it stands.
  var reversed: RegexNode {
    switch self {
    case .empty, .character, .any, .set, .assertion, .look: self
    case .sequence(let nodes): .sequence(nodes.reversed().map(\.reversed))
    case .alternatives(let choices): .alternatives(choices.map(\.reversed))
    case .repetition(let node, let least, let most, let isLazy):
      .repetition(node.reversed, least: least, most: most, isLazy: isLazy)
    case .group(let node, let index): .group(node.reversed, index: index)
    }
  }
}

/// Places that match without taking a character.
enum RegexAssertion: Sendable, Equatable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
}

/// What a class such as `[a-z\d]` accepts.
struct CharacterSet: Sendable {
  enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    case digit(Bool)
    case word(Bool)
    case space(Bool)
    case property(CharacterProperty, Bool)
    case nested(CharacterSet)
    case intersection(CharacterSet, CharacterSet)
  }

  var items: [Item] = []
  var isNegated = false
  var ignoresCase = false

  func contains(_ scalar: UInt32) -> Bool {
    if has(scalar) { return !isNegated }
    if ignoresCase {
      for other in [CaseFolding.lower(scalar), CaseFolding.upper(scalar)]
      where other != scalar && has(other) {
        return !isNegated
      }
    }
    return isNegated
  }

  private func has(_ scalar: UInt32) -> Bool {
    for item in items {
      let isIn =
        switch item {
        case .range(let range): range.contains(scalar)
        case .digit(let wanted): CharacterSet.isDigit(scalar) == wanted
        case .word(let wanted): CharacterSet.isWord(scalar) == wanted
        case .space(let wanted): CharacterSet.isSpace(scalar) == wanted
        case .property(let property, let wanted): property.holds(scalar) == wanted
        case .nested(let set): set.contains(scalar)
        case .intersection(let a, let b): a.contains(scalar) && b.contains(scalar)
        }
      if isIn { return true }
    }
    return false
  }

  static func isDigit(_ scalar: UInt32) -> Bool { (0x30...0x39).contains(scalar) }
  static func isWord(_ scalar: UInt32) -> Bool {
    isDigit(scalar) || (0x61...0x7A).contains(scalar | 0x20) || scalar == 0x5F
  }
  static func isSpace(_ scalar: UInt32) -> Bool { scalar == 0x20 || (0x09...0x0D).contains(scalar) }
}

/// The classes of `\p{…}` and `[[:…:]]` that are supported.
enum CharacterProperty: Sendable {
  case letter, upper, lower, punctuation, alphanumeric, space, hexDigit, ascii, graphic, printable
  case category(Set<Unicode.GeneralCategory>)
  case script([ClosedRange<UInt32>])

  /// - Parameter name: as Java has it (`Alpha`, `Lu`, `IsLu`, `Han`, `IsHan`), in any case.
  init?(_ name: String) {
    let name = name.lowercased()
    if let property = CharacterProperty(plain: name) {
      self = property
      return
    }
    for prefix in ["is", "script=", "sc="] where name.hasPrefix(prefix) {
      guard let property = CharacterProperty(plain: String(name.dropFirst(prefix.count))) else {
        return nil
      }
      self = property
      return
    }
    return nil
  }

  private init?(plain name: String) {
    switch name {
    case "alpha", "alphabetic", "letter": self = .letter
    case "upper", "uppercase": self = .upper
    case "lower", "lowercase": self = .lower
    case "digit": self = .category([.decimalNumber])
    case "punct", "punctuation": self = .punctuation
    case "alnum": self = .alphanumeric
    case "space", "blank": self = .space
    case "xdigit": self = .hexDigit
    case "ascii": self = .ascii
    case "cntrl": self = .category([.control])
    case "graph": self = .graphic
    case "print": self = .printable
    default:
      let categories = CharacterProperty.categories.filter { $0.key.hasPrefix(name) }
      if !categories.isEmpty && !name.isEmpty {
        self = .category(Set(categories.values))
      } else if let ranges = UnicodeScripts.ranges(of: name) {
        self = .script(ranges)
      } else {
        return nil
      }
    }
  }

  /// By their abbreviations, the first letter of which stands for all that begin with it.
  ///
  /// Source: Unicode Standard Annex 44, "General Category Values".
  private static let categories: [String: Unicode.GeneralCategory] = [
    "lu": .uppercaseLetter, "ll": .lowercaseLetter, "lt": .titlecaseLetter, "lm": .modifierLetter,
    "lo": .otherLetter, "mn": .nonspacingMark, "mc": .spacingMark, "me": .enclosingMark,
    "nd": .decimalNumber, "nl": .letterNumber, "no": .otherNumber, "pc": .connectorPunctuation,
    "pd": .dashPunctuation, "ps": .openPunctuation, "pe": .closePunctuation,
    "pi": .initialPunctuation, "pf": .finalPunctuation, "po": .otherPunctuation, "sm": .mathSymbol,
    "sc": .currencySymbol, "sk": .modifierSymbol, "so": .otherSymbol, "zs": .spaceSeparator,
    "zl": .lineSeparator, "zp": .paragraphSeparator, "cc": .control, "cf": .format,
    "co": .privateUse, "cn": .unassigned, "cs": .surrogate,
  ]

  func holds(_ scalar: UInt32) -> Bool {
    guard let character = Unicode.Scalar(scalar) else { return false }
    let properties = character.properties
    switch self {
    case .letter: return properties.isAlphabetic
    case .upper: return properties.isUppercase
    case .lower: return properties.isLowercase
    case .alphanumeric:
      return properties.isAlphabetic || properties.generalCategory == .decimalNumber
    case .space: return properties.isWhitespace
    case .hexDigit: return properties.isASCIIHexDigit
    case .ascii: return scalar < 0x80
    case .category(let categories): return categories.contains(properties.generalCategory)
    case .script(let ranges): return ranges.contains { $0.contains(scalar) }
    case .graphic: return CharacterProperty.isGraphic(properties.generalCategory)
    case .printable:
      return properties.generalCategory == .spaceSeparator
        || CharacterProperty.isGraphic(properties.generalCategory)
    case .punctuation:
      switch properties.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation:
        return true
      case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return scalar < 0x80
      default: return false
      }
    }
  }

  private static func isGraphic(_ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .control, .surrogate, .unassigned, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      false
    default: true
    }
  }
}

/// One code point's other case, where that is one code point too.
enum CaseFolding {
  static func lower(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return (0x41...0x5A).contains(scalar) ? scalar | 0x20 : scalar }
    return single(scalar, \.lowercaseMapping)
  }

  static func upper(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return (0x61...0x7A).contains(scalar) ? scalar & 0xDF : scalar }
    return single(scalar, \.uppercaseMapping)
  }

  private static func single(
    _ scalar: UInt32, _ mapping: (Unicode.Scalar.Properties) -> String
  ) -> UInt32 {
    guard let character = Unicode.Scalar(scalar) else { return scalar }
    let mapped = mapping(character.properties).unicodeScalars
    return mapped.count == 1 ? mapped.first?.value ?? scalar : scalar
  }
}
