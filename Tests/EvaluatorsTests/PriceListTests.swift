import Evaluators
import Files
import Foundation
import Testing

/// Offer files of the AWS Price List as a catalog of types.
@Suite struct PriceListTests {
  private func catalog(_ text: String, named name: String = "index") throws -> InstanceCatalog? {
    var generator = SystemRandomNumberGenerator()
    let path =
      FileManager.default.temporaryDirectory.path
      + "/kakeibo-prices-\(String(generator.next(), radix: 36))-\(name)"
    let output = try OutputFile(path)
    try output.write(text)
    try output.finish()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try InstanceCatalog(priceList: path)
  }

  private func product(
    _ sku: String, _ type: String, vcpus: Int = 2, memory: String = "8 GiB",
    system: String = "Linux", tenancy: String = "Shared", processor: String = "Intel Xeon",
    generation: String = "Yes", capacity: String = "Used", region: String = "eu-west-1"
  ) -> String {
    """
    "\(sku)" : { "sku" : "\(sku)", "productFamily" : "Compute Instance", "attributes" : {
      "servicecode" : "AmazonEC2", "instanceType" : "\(type)", "currentGeneration" : "\(generation)",
      "vcpu" : "\(vcpus)", "physicalProcessor" : "\(processor)", "memory" : "\(memory)",
      "tenancy" : "\(tenancy)", "operatingSystem" : "\(system)", "capacitystatus" : "\(capacity)",
      "preInstalledSw" : "NA", "regionCode" : "\(region)", "note" : "a \\"quoted\\" }, word" } }
    """
  }

  private func term(_ sku: String, _ price: String) -> String {
    """
    "\(sku)" : { "\(sku).JRTCKXETXF" : { "offerTermCode" : "JRTCKXETXF", "priceDimensions" : {
      "\(sku).JRTCKXETXF.6YS6EN2CT7" : { "unit" : "Hrs", "pricePerUnit" : { "USD" : "\(price)" } } } } }
    """
  }

  private func json(_ products: [String], _ terms: [String]) -> String {
    """
    { "formatVersion" : "v1.0", "offerCode" : "AmazonEC2", "version" : "20261001000000",
      "products" : { \(products.joined(separator: ",\n")) },
      "terms" : { "OnDemand" : { \(terms.joined(separator: ",\n")) },
        "Reserved" : { "A" : { "A.X" : { "priceDimensions" : { } } } } },
      "attributesList" : { } }
    """
  }

  @Test func `JSON: plain Linux servers with their on-demand price`() throws {
    let found = try #require(
      try catalog(
        json(
          [
            product("A", "m5.large"), product("B", "m5.large", system: "Windows"),
            product("C", "m5.large", tenancy: "Dedicated"),
            product("D", "m5.large", capacity: "UnusedCapacityReservation"),
            product(
              "E", "m7g.xlarge", vcpus: 4, memory: "16 GiB", processor: "AWS Graviton3 Processor"),
            product("F", "t2.micro", vcpus: 1, memory: "1 GiB", generation: "No"),
            product("G", "x1.32xlarge", vcpus: 128, memory: "1,952 GiB"),
          ],
          [
            term("A", "0.1070000000"), term("B", "0.2"), term("C", "0.3"), term("D", "0.4"),
            term("E", "0.1820000000"), term("F", "0.0126000000"), term("G", "16.006"),
          ])))
    #expect(found.types.count == 4)
    let m5 = try #require(found.types["m5.large"])
    #expect(m5.price == 0.107 && m5.vcpus == 2 && m5.memoryGiB == 8 && m5.architecture == "x86_64")
    #expect(found.types["m7g.xlarge"]?.architecture == "arm64")
    #expect(found.types["t2.micro"]?.isBurstable == true)
    #expect(found.types["t2.micro"]?.isPreviousGeneration == true)
    #expect(found.types["x1.32xlarge"]?.memoryGiB == 1952)
  }

  private let header =
    "\"FormatVersion\",\"v1.0\"\n\"Disclaimer\",\"for information, only\"\n"
    + "\"Publication Date\",\"2026-10-01T00:00:00Z\"\n\"Version\",\"20261001000000\"\n"
    + "\"OfferCode\",\"AmazonEC2\"\n"
    + "\"SKU\",\"OfferTermCode\",\"TermType\",\"PriceDescription\",\"Unit\",\"PricePerUnit\",\"Currency\","
    + "\"Product Family\",\"Instance Type\",\"Current Generation\",\"vCPU\",\"Physical Processor\","
    + "\"Memory\",\"Tenancy\",\"Operating System\",\"CapacityStatus\",\"Pre Installed S/W\","
    + "\"Region Code\"\n"

  private func row(
    _ term: String, _ price: String, _ type: String = "m5.large", unit: String = "Hrs",
    region: String = "eu-west-1"
  ) -> String {
    "\"A\",\"J\",\"\(term)\",\"$\(price) per hour, Linux\",\"\(unit)\",\"\(price)\",\"USD\","
      + "\"Compute Instance\",\"\(type)\",\"Yes\",\"2\",\"Intel Xeon\",\"8 GiB\",\"Shared\",\"Linux\","
      + "\"Used\",\"NA\",\"\(region)\"\n"
  }

  @Test func `CSV: five records about the file, the columns, then prices`() throws {
    let text =
      header + row("Reserved", "0.05") + row("OnDemand", "0.1070000000")
      + row("OnDemand", "0.1000000000", "m6a.large")
      + row("OnDemand", "9", "c5.large", unit: "Quantity")
    let found = try #require(try catalog(text))
    #expect(found.types.mapValues(\.price) == ["m5.large": 0.107, "m6a.large": 0.1])
  }

  @Test(arguments: [
    "type,vcpu,mem_mib,price\nm5.large,2,8192,0.1\n", "{\"InstanceTypes\": []}", "",
  ])
  func `what is no price list is left to others`(text: String) throws {
    #expect(try catalog(text) == nil)
  }

  @Test func `files of several regions, of other services and damaged ones are refused`() throws {
    let two = header + row("OnDemand", "1") + row("OnDemand", "2", region: "us-east-1")
    #expect(throws: FormatError.self) { try catalog(two) }
    #expect(throws: FormatError.self) { try catalog(header) }
    #expect(throws: FormatError.self) {
      try catalog(header.replacing("\"vCPU\",", with: "\"CPUs\",") + row("OnDemand", "1"))
    }
    let whole = json([product("A", "m5.large")], [term("A", "0.1")])
    for length in stride(from: 60, to: whole.utf8.count - 40, by: 23) {
      #expect(throws: FormatError.self) { try catalog(String(whole.prefix(length))) }
    }
    #expect(throws: FormatError.self) { try catalog(json([], [])) }
  }
}
