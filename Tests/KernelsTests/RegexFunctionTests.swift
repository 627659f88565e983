import Columns
import Kernels
import Testing
import TestSupport

struct RegexFunctionTests {
  @Test(arguments: [
    FunctionCase("regexp_like", ["1a 2b 14m", #"\d+b"#], "true"),
    FunctionCase("regexp_like", ["abc", "^b"], "false"),
    FunctionCase("regexp_like", ["AbC", "(?i)^aBc$"], "true"),
    FunctionCase("regexp_like", ["Ä", "(?i)ä"], "true"),
    FunctionCase("regexp_like", ["a\nb", "a.b"], "false"),
    FunctionCase("regexp_like", ["a\nb", "(?s)a.b"], "true"),
    FunctionCase("regexp_like", ["a\nb", "(?m)^b$"], "true"),
    FunctionCase("regexp_like", ["a\nb", "^b$"], "false"),
    FunctionCase("regexp_like", ["foo bar", #"\bbar\b"#], "true"),
    FunctionCase("regexp_like", ["foobar", #"\bbar\b"#], "false"),
    FunctionCase("regexp_like", ["", ""], "true"),
    FunctionCase("regexp_like", ["a.b", #"\Qa.b\E"#], "true"),
    FunctionCase("regexp_like", ["axb", #"^\Qa.b\E$"#], "false"),
    FunctionCase("regexp_like", ["x", "[^a-w]"], "true"),
    FunctionCase("regexp_like", ["]", "[]a]"], "true"),
    FunctionCase("regexp_like", ["-", "[a-]"], "true"),
    FunctionCase("regexp_like", ["é", #"^\p{L}$"#], "true"),
    FunctionCase("regexp_like", ["5", "^[[:alpha:]]$"], "false"),
    FunctionCase("regexp_like", ["aaa", "^a{2,3}$"], "true"),
    FunctionCase("regexp_like", ["a{", "a{"], "true"),
    FunctionCase("regexp_like", [.null(.varchar), "a"], nil),
    FunctionCase("regexp_extract", ["1a 2b 14m", #"\d+"#], "1"),
    FunctionCase("regexp_extract", ["1a 2b 14m", #"(\d+)([a-z]+)"#, 2], "a"),
    FunctionCase("regexp_extract", ["abc", "x"], nil),
    FunctionCase("regexp_extract", ["b", "(a)?b", 1], nil),
    FunctionCase(
      "regexp_extract", ["USE1-BoxUsage:m5.large", #"(?:Box|Spot)Usage:([a-z]+)(\d)"#, 1], "m"),
    FunctionCase("regexp_extract", ["aXbXc", "a.*?X"], "aX"),
    FunctionCase("regexp_extract", ["aXbXc", "a.*X"], "aXbX"),
    FunctionCase("regexp_extract", ["foobar", "foo|foobar"], "foo"),
    FunctionCase(
      "regexp_extract", ["arn:aws:iam::123456789012:role/x", #"::(\d{12}):"#, 1], "123456789012"),
    FunctionCase("regexp_extract", ["aab", "(a|ab)(b|ab)", 2], "ab"),
    FunctionCase("regexp_extract", ["abcd", "(?<first>a)(?P<second>b)", 2], "b"),
    FunctionCase("regexp_extract_all", ["1a 2b 14m", #"\d+"#], #"["1","2","14"]"#),
    FunctionCase("regexp_extract_all", ["1a 2b 14m", #"(\d+)([a-z]+)"#, 2], #"["a","b","m"]"#),
    FunctionCase("regexp_replace", ["1a 2b 14m", #"\d+[ab] "#], "14m"),
    FunctionCase("regexp_replace", ["1a 2b 14m", #"(\d+)([ab]) "#, "3c$2 "], "3ca 3cb 14m"),
    FunctionCase("regexp_replace", ["fun", "^", "x"], "xfun"),
    FunctionCase("regexp_replace", ["ab", "", "-"], "-a-b-"),
    FunctionCase("regexp_replace", ["a-b", "(?<x>a)", "${x}${x}"], "aa-b"),
    FunctionCase("regexp_replace", ["a", "a", #"\$1"#], "$1"),
    FunctionCase("regexp_replace", ["é1é", "é", "e"], "e1e"),
    FunctionCase("regexp_split", ["1a 2b 14m", #"\s*[a-z]+\s*"#], #"["1","2","14",""]"#),
    FunctionCase("regexp_count", ["1a 2b 14m", #"\s*[a-z]+\s*"#], "3"),
    FunctionCase("regexp_position", ["I have 23 apples", #"\d"#], "8"),
    FunctionCase("regexp_position", ["none", #"\d"#], "-1"),
    FunctionCase("regexp_extract", ["EUC1-BoxUsage:m5.large", "(?<=BoxUsage:).*"], "m5.large"),
    FunctionCase("regexp_extract", ["team:data;env:prod", "(?<=env:)[a-z]+(?=;|$)"], "prod"),
    FunctionCase("regexp_extract_all", ["a1 b2 a3", #"(?<!b)\d"#], #"["1","3"]"#),
    FunctionCase("regexp_replace", ["1234567", #"(?<=\d)(?=(?:\d{3})+$)"#, ","], "1,234,567"),
    FunctionCase("regexp_replace", ["Größe日本", "(?<=ö)ß(?=e日)", "ss"], "Grösse日本"),
    FunctionCase("regexp_like", ["m5.large", "^(?!t[23])[a-z]"], "true"),
    FunctionCase("regexp_like", ["t3.large", "^(?!t[23])[a-z]"], "false"),
    FunctionCase("regexp_like", ["ab12", #"^(?=.*\d)(?=.*[a-z]).{4,}$"#], "true"),
    FunctionCase("regexp_like", ["abcd", #"^(?=.*\d)(?=.*[a-z]).{4,}$"#], "false"),
    FunctionCase("regexp_position", ["aab", "(?<=a)a", 2], "2"),
    FunctionCase(
      "regexp_split", ["camelCaseText", "(?<=[a-z])(?=[A-Z])"], #"["camel","Case","Text"]"#),
    FunctionCase("regexp_extract_all", ["bcad", "[a-d&&[^bc]]"], #"["a","d"]"#),
    FunctionCase("regexp_extract_all", ["ab&1", #"[\w&&[^\d]]"#], #"["a","b"]"#),
    FunctionCase("regexp_extract_all", ["abc", "[^a-b&&[b-c]]"], #"["a","c"]"#),
  ])
  func `expressions match as documented`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test func `a lambda sees the groups of every match`() throws {
    let lambda = TestArgument.lambda(.varchar) { parameters in
      guard case .array(let groups) = parameters[0] else { return .null }
      return .text((groups[0].string ?? "").uppercased() + (groups[1].string ?? ""))
    }
    #expect(try call("regexp_replace", ["new york", #"(\w)(\w*)"#, lambda]) == "New York")
  }

  @Test(arguments: [
    FunctionCase("regexp_like", ["a", "("], "the regular expression '(' has a '(' without ')'"),
    FunctionCase("regexp_like", ["a", "a)"], "the regular expression 'a)' has a ')' without '('"),
    FunctionCase("regexp_like", ["a", "[a"], "the regular expression '[a' has a '[' without ']'"),
    FunctionCase(
      "regexp_like", ["a", "*a"], "the regular expression '*a' has nothing to repeat before '*'"),
    FunctionCase(
      "regexp_like", ["a", #"(a)\1"#],
      #"the regular expression '(a)\1' refers back to a group, which is not supported"#),
    FunctionCase(
      "regexp_like", ["a", "a(?=(b))"],
      "the regular expression 'a(?=(b))' captures a group within a look ahead or behind, which is "
        + "not supported: expected (?:…)"),
    FunctionCase(
      "regexp_like", ["a", "a(?=b"], "the regular expression 'a(?=b' has a '(' without ')'"),
    FunctionCase(
      "regexp_like", ["a", "[a&&b"], "the regular expression '[a&&b' has a '[' without ']'"),
    FunctionCase(
      "regexp_like", ["a", "a{2,1}"],
      "the regular expression 'a{2,1}' has a repetition out of order or over 1000"),
    FunctionCase(
      "regexp_like", ["a", "a{1001}"],
      "the regular expression 'a{1001}' has a repetition out of order or over 1000"),
    FunctionCase(
      "regexp_like", ["a", #"a\"#], #"the regular expression 'a\' ends in a backslash"#),
    FunctionCase(
      "regexp_extract", ["a", "(a)", 2], "the regular expression has 1 groups, there is no group 2"),
    FunctionCase(
      "regexp_replace", ["a", "a", "$x"],
      #"'$' in a replacement must be followed by a group; write '\$' for itself"#),
    FunctionCase(
      "regexp_replace", ["a", "a", "$1"], "the regular expression has 0 groups, there is no group 1"
    ),
  ])
  func `expressions that are wrong or need backtracking`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }

  @Test func `programs and nesting are bounded, matching is linear`() throws {
    for pattern in [
      "((a{1000}){1000}){1000}", String(repeating: "(?=a{900})", count: 50),
      String(repeating: "(?=", count: 5000), String(repeating: "(", count: 5000),
      String(repeating: "[", count: 5000),
    ] {
      #expect(throws: EvaluationError.self) {
        try call("regexp_like", ["a", TestArgument(.varchar, .text(pattern))])
      }
    }
    #expect(try call("regexp_like", ["a", "(?:){1000}{1000}{1000}{1000}b"]) == "false")
    // Exponential for a backtracking matcher.
    let text = TestArgument(.varchar, .text(String(repeating: "a", count: 2000)))
    #expect(try call("regexp_like", [text, "(a*)*(a|aa)+b"]) == "false")
    #expect(try call("regexp_count", [text, "(?<=a*)a(?=a*b)"]) == "0")
    #expect(try call("regexp_count", [text, "(?<=a*)a(?!a*b)"]) == "2000")
  }

  @Test(arguments: 0..<60)
  func `agrees with a matcher that tries everything`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<30 {
      let tree = NaiveRegex.random(&random, depth: 3)
      let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        Bool.random(using: &random) ? Character("a") : Character("b")
      }
      let starts = (0...text.count).lazy.compactMap { start in
        tree.firstEnd(text, start).map { String(text[start..<$0]) }
      }
      let pattern = TestArgument(.varchar, .text(tree.pattern))
      let found = try call(
        "regexp_extract", [TestArgument(.varchar, .text(String(text))), pattern])
      #expect(found == starts.first, "\(tree.pattern) in \(String(text))")
    }
  }
}

/// A backtracking matcher: the simplest way to the preferred match.
private indirect enum NaiveRegex {
  case character(Character)
  case any
  case sequence([NaiveRegex])
  case either(NaiveRegex, NaiveRegex)
  case optional(NaiveRegex, isLazy: Bool)
  case look(NaiveRegex, isAhead: Bool, isNegated: Bool)

  static func random(_ random: inout SplitMix64, depth: Int) -> NaiveRegex {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 3), using: &random) {
    case 0: .character("a")
    case 1: .character("b")
    case 2: .any
    case 3: .either(.random(&random, depth: depth - 1), .random(&random, depth: depth - 1))
    case 4: .optional(.random(&random, depth: depth - 1), isLazy: Bool.random(using: &random))
    case 5:
      .look(
        .random(&random, depth: depth - 1), isAhead: Bool.random(using: &random),
        isNegated: Bool.random(using: &random))
    default:
      .sequence(
        (0..<Int.random(in: 1...3, using: &random)).map { _ in .random(&random, depth: depth - 1) })
    }
  }

  var pattern: String {
    switch self {
    case .character(let character): String(character)
    case .any: "."
    case .sequence(let parts): "(?:" + parts.map(\.pattern).joined() + ")"
    case .either(let a, let b): "(?:\(a.pattern)|\(b.pattern))"
    case .optional(let part, let isLazy): "(?:\(part.pattern))?\(isLazy ? "?" : "")"
    case .look(let part, let isAhead, let isNegated):
      "(?\(isAhead ? "" : "<")\(isNegated ? "!" : "=")\(part.pattern))"
    }
  }

  func firstEnd(_ text: [Character], _ start: Int) -> Int? { run(text, start) { $0 } }

  private func run(_ text: [Character], _ at: Int, _ next: (Int) -> Int?) -> Int? {
    switch self {
    case .character(let character):
      return at < text.count && text[at] == character ? next(at + 1) : nil
    case .any: return at < text.count ? next(at + 1) : nil
    case .sequence(let parts):
      guard let first = parts.first else { return next(at) }
      return first.run(text, at) {
        NaiveRegex.sequence(Array(parts.dropFirst())).run(text, $0, next)
      }
    case .either(let a, let b): return a.run(text, at, next) ?? b.run(text, at, next)
    case .optional(let part, let isLazy):
      return isLazy
        ? next(at) ?? part.run(text, at, next) : part.run(text, at, next) ?? next(at)
    case .look(let part, let isAhead, let isNegated):
      let holds =
        isAhead
        ? part.run(text, at) { $0 } != nil
        : (0...at).contains { part.run(text, $0) { $0 == at ? $0 : nil } != nil }
      return holds == isNegated ? nil : next(at)
    }
  }
}
