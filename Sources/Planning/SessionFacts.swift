/// What a statement can ask about who runs it, and where: `current_user`, `current_schema`, `version()`.
package struct SessionFacts: Sendable {
  package let user: String
  package let database: String
  package let version: String

  package init(user: String = "user", database: String = "default", version: String = "") {
    self.user = user
    self.database = database
    self.version = version
  }
}
