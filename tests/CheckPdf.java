// Checks PDFs with veraPDF's library and says for each, as one line of JSON, how many rules were
// checked and which failed:   java -cp JAR CheckPdf.java FLAVOUR FILE...
// FLAVOUR is ua1, 3a, 3u and so on. The profiles are read here, because the library's own reader
// needs parts of Java that are not in the runtime.

import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.LogManager;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class CheckPdf {
  private static final int MOST_FAULTS = 1_000_000;

  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[0]);
    ValidationProfile profile = readProfile(flavour, arguments[0]);
    for (int at = 1; at < arguments.length; at++) {
      System.out.println(check(new File(arguments[at]), flavour, profile));
    }
  }

  private static String check(File file, PDFAFlavour flavour, ValidationProfile profile)
      throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
        PDFAValidator validator =
            Foundries.defaultInstance().createValidator(profile, MOST_FAULTS, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      Map<String, String> failed = new TreeMap<>();
      for (TestAssertion each : result.getTestAssertions()) {
        if (each.getStatus() != TestAssertion.Status.PASSED) {
          String rule = each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber();
          String where = each.getLocation() == null ? "" : each.getLocation().getContext();
          failed.putIfAbsent(rule, each.getMessage() + " at " + where);
        }
      }
      List<String> told = new ArrayList<>();
      failed.forEach((rule, words) -> told.add(quote(rule) + ":" + quote(words)));
      return String.format(
          "{\"rules\":%d,\"checks\":%d,\"failed\":{%s}}",
          profile.getRules().size(), result.getTotalAssertions(), String.join(",", told));
    }
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : text.toCharArray()) {
      if (each < ' ' || each == '"' || each == '\\') {
        quoted.append(String.format("\\u%04x", (int) each));
      } else {
        quoted.append(each);
      }
    }
    return quoted.append('"').toString();
  }

  private static ValidationProfile readProfile(PDFAFlavour flavour, String id) throws Exception {
    String name = id.startsWith("ua") ? "PDFUA-" + id.substring(2) : "PDFA-" + id.toUpperCase();
    String path = "org/verapdf/pdfa/validation/" + name + ".xml";
    Document profile;
    try (InputStream source = PDFAFlavour.class.getClassLoader().getResourceAsStream(path)) {
      profile = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source);
    }
    Set<Rule> rules = new HashSet<>();
    for (Element each : find(profile.getDocumentElement(), "rule")) {
      rules.add(readRule(each));
    }
    Set<Variable> variables = new HashSet<>();
    for (Element each : find(profile.getDocumentElement(), "variable")) {
      variables.add(
          Profiles.variableFromValues(
              each.getAttribute("name"),
              each.getAttribute("object"),
              text(each, "defaultValue"),
              text(each, "value")));
    }
    return Profiles.profileFromValues(
        flavour,
        Profiles.profileDetailsFromValues(name, name, "", new Date(0)),
        "",
        rules,
        variables);
  }

  private static Rule readRule(Element rule) {
    Element id = find(rule, "id").get(0);
    List<ErrorArgument> arguments = new ArrayList<>();
    for (Element each : find(rule, "argument")) {
      arguments.add(ErrorArgumentImpl.fromValues(each.getTextContent(), null, null));
    }
    String deferred = rule.getAttribute("deferred");
    return Profiles.ruleFromValues(
        Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"),
            Integer.parseInt(id.getAttribute("testNumber"))),
        rule.getAttribute("object"),
        deferred.isEmpty() ? null : Boolean.valueOf(deferred),
        rule.getAttribute("tags"),
        text(rule, "description"),
        text(rule, "test"),
        Profiles.errorFromValues(text(rule, "message"), arguments),
        Collections.emptyList());
  }

  private static List<Element> find(Element inside, String tag) {
    NodeList nodes = inside.getElementsByTagName(tag);
    List<Element> found = new ArrayList<>();
    for (int at = 0; at < nodes.getLength(); at++) {
      found.add((Element) nodes.item(at));
    }
    return found;
  }

  private static String text(Element inside, String tag) {
    List<Element> found = find(inside, tag);
    return found.isEmpty() ? "" : found.get(0).getTextContent();
  }
}
