import Shell
import Testing

@Suite struct DotCommandTests {
  @Test(arguments: [
    (".mode csv", "mode", ["csv"]), (".READ 'my file.sql'", "read", ["my file.sql"]),
    ("\\d costs", "schema", ["costs"]), ("quit", "quit", []), (".exit", "quit", []),
    ("\\q", "quit", []), (".output \"\"", "output", [""]),
    (".report teams tag=team", "report", ["teams", "tag=team"]),
  ])
  func `a line for the shell has a name and words`(
    _ text: String, _ name: String, _ words: [String]
  ) throws {
    let command = try #require(DotCommand(text))
    #expect(command.name == name && command.arguments == words)
  }

  @Test(arguments: ["SELECT 1;", ".5", "", "  ", "quit now", "help me;", "exit;x", "."])
  func `SQL is none`(_ text: String) { #expect(DotCommand(text) == nil) }

  @Test(arguments: [
    ([:], "less"), (["PAGER": ""], nil), (["PAGER": "cat"], nil), (["PAGER": "more -e"], "more -e"),
  ])
  func `the environment names the pager`(_ environment: [String: String], _ command: String?) {
    #expect(Pager.command(environment: environment) == command)
  }
}
