package io.scaler.it.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Finds what is wrong with the compose file, the image of a node and haproxy's configuration. */
final class ContainerFiles {
  static final String COMPOSE = "compose.yaml";
  static final String IMAGE = "Dockerfile";
  static final String PROXY = "haproxy.cfg";

  private static final List<String> NODES = List.of("node1", "node2", "node3");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Z0-9_]+:-([^}]*)}");
  private static final Pattern PUBLISHED = Pattern.compile("127\\.0\\.0\\.1:(\\d+):(\\d+)");

  private final Path folder;
  private final Map<String, String> texts;
  private final JsonNode compose;
  private final List<String> problems = new ArrayList<>();

  private ContainerFiles(Path folder, Map<String, String> texts) {
    this.folder = folder;
    this.texts = texts;
    // Only this reader merges what is said once for several services.
    Object values =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(VARIABLE.matcher(texts.get(COMPOSE)).replaceAll("$1"));
    this.compose = new JsonMapper().valueToTree(values);
  }

  /** The files' texts by name. */
  static Map<String, String> read(Path folder) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : List.of(COMPOSE, IMAGE, PROXY)) {
      texts.put(name, Files.readString(folder.resolve(name)));
    }
    return texts;
  }

  static List<String> problems(Path folder, Map<String, String> texts) {
    ContainerFiles files = new ContainerFiles(folder, texts);
    files.image();
    files.services();
    files.privileges();
    files.networks();
    files.published();
    files.proxy();
    NODES.forEach(files::settings);
    return files.problems;
  }

  /** The ports of 127.0.0.1 at which something of the file is reached. */
  static Set<Integer> published(Path folder, Map<String, String> texts) {
    return new ContainerFiles(folder, texts).published();
  }

  private void must(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }

  private JsonNode service(String name) {
    return compose.path("services").path(name);
  }

  /** What stands after an instruction of the Dockerfile, of all its occurrences. */
  private String instruction(String name) {
    StringBuilder found = new StringBuilder();
    for (String line : texts.get(IMAGE).replace("\\\n", " ").split("\n", -1)) {
      if (line.startsWith(name + " ")) {
        found.append(line.substring(name.length() + 1)).append(' ');
      }
    }
    return found.toString().strip();
  }

  private Map<String, String> imageEnvironment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String each : instruction("ENV").split(" +", -1)) {
      environment.put(each.replaceFirst("=.*", ""), each.replaceFirst("[^=]*=?", ""));
    }
    return environment;
  }

  /** The heap's size can be set, which what comes after JDK_JAVA_OPTIONS must not undo. */
  private void image() {
    String started = instruction("ENTRYPOINT");
    must(!started.matches(".*(-Xm[xs]|RAMPercentage|MaxHeap).*"), IMAGE + ": the heap is fixed");
    must(started.contains("-XX:SharedArchiveFile="), IMAGE + ": starts without its archive");
    must(started.contains("-XX:+ExitOnOutOfMemoryError"), IMAGE + ": lives on without memory");
    must(
        imageEnvironment()
            .getOrDefault("JDK_JAVA_OPTIONS", "")
            .matches("-XX:MaxRAMPercentage=[1-6]\\d"),
        IMAGE + ": the heap leaves no room, or is a quarter");
    must(instruction("USER").matches("[1-9]\\d*:[1-9]\\d*"), IMAGE + ": runs as root");
    must(instruction("CMD").equals("[\"node\"]"), IMAGE + ": is no node");
    must(
        instruction("HEALTHCHECK").matches(".* CMD JDK_JAVA_OPTIONS= java .*\\.jar health"),
        IMAGE + ": nobody asks how it is, or with the node's memory");
  }

  private void services() {
    Set<String> names = new TreeSet<>(NODES);
    names.addAll(List.of("haproxy", "platform"));
    Set<String> found = new TreeSet<>();
    compose.path("services").fieldNames().forEachRemaining(found::add);
    must(found.equals(names), "services: are " + found);
    for (String node : NODES) {
      must(!service(node).has("command"), node + ": is told to be something else");
      must(!service(node).has("healthcheck"), node + ": its health is not asked as its image says");
    }
    must(
        service("platform").at("/command/0").asText().equals("platform"), "platform: is something");
    must(service("platform").at("/healthcheck/disable").asBoolean(), "platform: is asked");
    for (String name : names) {
      must(service(name).path("restart").asText().equals("unless-stopped"), name + ": stays down");
      JsonNode build = service(name).path("build");
      must(build.isMissingNode() == name.equals("haproxy"), name + ": is built, or is not");
      if (!build.isMissingNode()) {
        must(service(name).path("image").asText().equals("scaler:local"), name + ": another image");
        Path context = folder.resolve(build.path("context").asText());
        must(
            Files.isRegularFile(context.resolve(build.path("dockerfile").asText())),
            name + ": has no Dockerfile");
        build
            .path("args")
            .fieldNames()
            .forEachRemaining(
                argument ->
                    must(
                        (" " + instruction("ARG")).contains(" " + argument + "="),
                        name + ": the Dockerfile has no " + argument));
      }
    }
  }

  /** Nothing has more rights than it needs. */
  private void privileges() {
    for (JsonNode service : compose.path("services")) {
      must(service.path("read_only").asBoolean(), "read_only: the root file system is not");
      must(service.path("cap_drop").toString().equals("[\"ALL\"]"), "cap_drop: is not ALL");
      must(
          service.path("security_opt").toString().equals("[\"no-new-privileges:true\"]"),
          "security_opt: privileges may grow");
      must(service.path("tmpfs").toString().equals("[\"/tmp\"]"), "tmpfs: is not /tmp");
      must(!service.has("cap_add") && !service.has("privileged"), "privileges are added");
    }
    must(
        service("haproxy").path("user").asText().matches("[1-9]\\d*:[1-9]\\d*"),
        "haproxy: runs as root");
  }

  /** Callers reach haproxy, haproxy and nodes each other, nodes each other and the platform. */
  private void networks() {
    JsonNode networks = compose.path("networks");
    must(networks.size() == 2, "networks: are not two");
    must(networks.at("/cluster/internal").asBoolean(), "cluster: leads outside");
    must(networks.path("front").isEmpty(), "front: is not as others are");
    must(service("haproxy").path("networks").toString().equals("[\"front\"]"), "haproxy: networks");
    must(
        service("platform").path("networks").toString().equals("[\"cluster\"]"),
        "platform: networks");
    for (String node : NODES) {
      JsonNode its = service(node).path("networks");
      must(its.size() == 2 && its.has("front") && its.has("cluster"), node + ": networks");
    }
  }

  /** To this machine alone, and of haproxy and the nodes' pages alone. */
  private Set<Integer> published() {
    Set<Integer> ports = new TreeSet<>();
    compose
        .path("services")
        .fields()
        .forEachRemaining(
            service -> {
              for (JsonNode port : service.getValue().path("ports")) {
                Matcher published = PUBLISHED.matcher(port.asText());
                if (!published.matches()) {
                  problems.add(service.getKey() + ": " + port + " is not for this machine alone");
                } else if (!ports.add(Integer.valueOf(published.group(1)))) {
                  problems.add(service.getKey() + ": " + port + " is taken");
                } else {
                  String wanted =
                      service.getKey().equals("haproxy")
                          ? "(?s).*\n  bind :" + published.group(2) + "( .*)?\n.*"
                          : "(?s).*check port " + published.group(2) + " .*";
                  must(texts.get(PROXY).matches(wanted), port + ": nobody listens there");
                }
              }
            });
    return ports;
  }

  private void proxy() {
    String file = service("haproxy").at("/command/2").asText();
    must(
        service("haproxy").at("/volumes/0").asText().equals("./" + PROXY + ":" + file + ":ro"),
        "haproxy: does not read its configuration");
    for (String node : NODES) {
      must(
          texts.get(PROXY).contains("\n  server " + node + " " + node + ":9001 check port 9080 "),
          PROXY + ": no " + node);
    }
    must(
        texts
            .get(PROXY)
            .contains(
                "\n  http-check expect status 200,503\n"
                    + "  http-check expect ! string \"\\\"reason\\\":\\\"stopping\\\"\""
                    + " error-status L7OKC\n"
                    + "  http-check expect status 200\n"),
        PROXY + ": cuts off the calls of a node that stops");
  }

  /** The node's own reader reads what it would be given. */
  private void settings(String node) {
    Map<String, String> environment = imageEnvironment();
    service(node)
        .path("environment")
        .fields()
        .forEachRemaining(each -> environment.put(each.getKey(), each.getValue().asText()));
    try {
      Path none = Files.createTempFile("scaler", ".yaml");
      Files.writeString(none, "{}\n");
      Settings settings = Settings.load(none, environment, List.of());
      Files.delete(none);
      must(settings.cluster().expectedSize() == NODES.size(), node + ": expects others");
      String alias = service(node).at("/networks/cluster/aliases/0").asText();
      must(settings.cluster().host().equals(alias), node + ": is not reached at its own name");
      List<String> members =
          NODES.stream()
              .map(each -> service(each).at("/networks/cluster/aliases/0").asText() + ":5701")
              .toList();
      must(settings.cluster().members().equals(members), node + ": looks for others");
      must(settings.platform().address().equals("platform:50051"), node + ": another platform");
      must(
          settings.grpc().port() == 9001 && settings.http().port() == 9080,
          node + ": is not where haproxy looks");
      must(
          seconds(service(node).path("stop_grace_period").asText(), "(\\d+)s")
                  .compareTo(settings.grpc().stopNotice().plus(settings.grpc().stopGrace()))
              > 0,
          node + ": is killed while it stops");
      Duration patience = seconds(texts.get(PROXY), "(?s).*\n  timeout server (\\d+)s\n.*");
      Duration over = patience.minus(settings.requests().maxWait());
      must(
          !over.isNegative() && !over.isZero() && over.compareTo(Duration.ofMinutes(1)) < 0,
          PROXY + ": does not wait for as long as calls may take, or for much longer");
    } catch (SettingsException e) {
      problems.addAll(e.problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Duration seconds(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    return found.matches() ? Duration.ofSeconds(Long.parseLong(found.group(1))) : Duration.ZERO;
  }
}
