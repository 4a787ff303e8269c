package io.scaler.adapter.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import io.scaler.service.KnownNode;
import io.scaler.service.KnownNode.Gone;
import io.scaler.service.Whereabouts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are members, and those that were since this node joined: the last {@link
 * #MOST_GONE} of them. For any number of threads.
 */
final class Acquaintances {
  static final int MOST_GONE = 100;

  /** For so long a node that is gone is told of. */
  static final Duration TOLD_FOR = Duration.ofMinutes(10);

  private final ClusterSettings settings;
  private final RecencyMajority majority;
  private final InstantSource clock;

  /** When they last said so, by their ids; forgotten after {@link #TOLD_FOR}. */
  private final Map<String, Instant> stopping = new ConcurrentHashMap<>();

  /** By their ids, the one that went last at the end. */
  private final Map<String, KnownNode> gone = new LinkedHashMap<>();

  Acquaintances(ClusterSettings settings, RecencyMajority majority, InstantSource clock) {
    this.settings = settings;
    this.majority = majority;
    this.clock = clock;
  }

  /** A member's node, without whether it is heard from and what became of it. */
  static KnownNode of(Member member) {
    String node = member.getAttribute(Structures.NODE);
    String host = member.getAttribute(Structures.HOST);
    String address = text(member.getAddress());
    return new KnownNode(
        node == null ? address : node,
        new Whereabouts(
            host == null ? "" : host,
            port(member.getAttribute(Structures.GRPC_PORT)),
            port(member.getAttribute(Structures.HTTP_PORT))),
        address,
        false,
        null);
  }

  private static int port(@Nullable String attribute) {
    return attribute == null ? 0 : Integer.parseInt(attribute);
  }

  private static String text(Address address) {
    return address.getHost() + ":" + address.getPort();
  }

  /** For the log. */
  static String describe(KnownNode known) {
    String host = known.whereabouts().host();
    return "%s (%s%s)".formatted(known.node(), host.isEmpty() ? "" : host + ", ", known.address());
  }

  void joined(KnownNode known) {
    synchronized (gone) {
      gone.remove(known.node());
    }
    stopping.remove(known.node());
  }

  /** The node has said that it will leave; it says so again and again. */
  void stops(String node) {
    Instant now = clock.instant();
    stopping.values().removeIf(said -> said.isBefore(now.minus(TOLD_FOR)));
    stopping.put(node, now);
  }

  /** The node is a member no more. It left if it had said so, even if it was killed then. */
  void left(KnownNode known) {
    Gone how = new Gone(clock.instant(), stopping.remove(known.node()) != null);
    synchronized (gone) {
      gone.put(
          known.node(),
          new KnownNode(known.node(), known.whereabouts(), known.address(), false, how));
      if (gone.size() > MOST_GONE) {
        gone.remove(gone.keySet().iterator().next());
      }
    }
  }

  /** How many nodes' last words are kept. */
  int wordsKept() {
    return stopping.size();
  }

  /** Members, the oldest first, and then those that went in the last minutes, likewise. */
  List<KnownNode> known(Collection<Member> members) {
    Instant oldest = clock.instant().minus(TOLD_FOR);
    return Stream.concat(
            nodes(members).map(this::member),
            gone().stream()
                .filter(each -> each.gone() != null && !each.gone().since().isBefore(oldest)))
        .toList();
  }

  private KnownNode member(Member member) {
    KnownNode known = of(member);
    boolean heard = member.localMember() || isHeard(majority.silentFor(member.getUuid()));
    return new KnownNode(known.node(), known.whereabouts(), known.address(), heard, null);
  }

  private boolean isHeard(@Nullable Duration silent) {
    return silent != null && silent.compareTo(settings.tolerance()) <= 0;
  }

  private static Stream<Member> nodes(Collection<Member> members) {
    return members.stream().filter(member -> !member.isLiteMember());
  }

  private List<KnownNode> gone() {
    synchronized (gone) {
      return List.copyOf(gone.values());
    }
  }

  /**
   * Why this node hears from no majority, and what to do about it; empty if it hears from one.
   *
   * @param members this one included
   */
  Optional<String> noMajority(Collection<Member> members) {
    if (majority.isPresent()) {
      return Optional.empty();
    }
    List<String> missing = new ArrayList<>();
    List<KnownNode> met = new ArrayList<>();
    int heard = 1;
    String own = "";
    for (Member member : nodes(members).toList()) {
      KnownNode known = of(member);
      met.add(known);
      if (member.localMember()) {
        own = known.address();
        continue;
      }
      Duration silent = majority.silentFor(member.getUuid());
      if (isHeard(silent)) {
        heard++;
      } else {
        missing.add(
            silent == null
                ? "%s, not heard from yet".formatted(describe(known))
                : "%s, not heard from for %d s".formatted(describe(known), silent.toSeconds()));
      }
    }
    int absent = settings.expectedSize() - heard;
    goneInstead(met).stream()
        .limit(Math.max(0, absent - missing.size()))
        .forEach(
            each -> {
              met.add(each);
              missing.add(describe(each) + ", " + fate(each.gone()));
            });
    if (absent > missing.size()) {
      missing.add(neverMet(absent - missing.size(), met));
    }
    return Optional.of(
        heard >= majority.required()
            ? "this node hears from no majority: it has just woken after it was frozen, and goes on"
                + " within "
                + settings.tolerance().toSeconds()
                + " s"
            : ("this node hears from no majority, only from %d of %d nodes, itself included, where"
                    + " %d are needed; missing: %s. Calls go on when it hears from %s of them: see"
                    + " that they run, and that they and %s reach each other")
                .formatted(
                    heard,
                    settings.expectedSize(),
                    majority.required(),
                    String.join("; ", missing),
                    majority.required() - heard,
                    own));
  }

  /** Those that are gone and have no successor, the one that went last first. */
  private List<KnownNode> goneInstead(List<KnownNode> members) {
    List<KnownNode> latestFirst = new ArrayList<>(gone());
    Collections.reverse(latestFirst);
    List<KnownNode> chosen = new ArrayList<>();
    for (KnownNode each : latestFirst) {
      if (Stream.concat(members.stream(), chosen.stream())
          .noneMatch(
              other ->
                  other.address().equals(each.address())
                      || other.whereabouts().isSame(each.whereabouts()))) {
        chosen.add(each);
      }
    }
    return chosen;
  }

  private static String fate(@Nullable Gone gone) {
    return gone == null
        ? "gone"
        : "%s at %s"
            .formatted(
                gone.left() ? "stopped" : "lost", gone.since().truncatedTo(ChronoUnit.SECONDS));
  }

  private String neverMet(int many, List<KnownNode> met) {
    List<String> unmet =
        settings.members().stream()
            .filter(configured -> met.stream().noneMatch(each -> isAt(configured, each)))
            .toList();
    return "%d that it has not met since it started%s"
        .formatted(
            many,
            unmet.isEmpty() ? "" : " (of cluster.members: %s)".formatted(String.join(", ", unmet)));
  }

  /** Whether a configured address, which may be a name and without a port, is the node's. */
  private static boolean isAt(String configured, KnownNode node) {
    int colon = node.address().lastIndexOf(':');
    String port = node.address().substring(colon);
    String name = node.whereabouts().host();
    return Stream.of(node.address().substring(0, colon), name)
        .filter(host -> !host.isEmpty())
        .anyMatch(host -> configured.equals(host) || configured.equals(host + port));
  }
}
