package io.scaler.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which of the offered instances are retired for so much memory. */
final class RoomChoice {
  private RoomChoice() {}

  /**
   * The least dear that together free what is needed, without those that the rest can do without:
   * where a large one had to be added to small ones, the small ones may stay. All of them, if they
   * do not suffice.
   *
   * @param offers may name an instance more than once
   * @param neededMb none are chosen for zero or less
   */
  static List<RoomOffer> of(Collection<RoomOffer> offers, long neededMb) {
    List<RoomOffer> sorted = new ArrayList<>(offers);
    sorted.sort(RoomOffer.LEAST_DEAR_FIRST);
    Set<String> ids = new HashSet<>();
    Deque<RoomOffer> dearestFirst = new ArrayDeque<>();
    long freed = 0;
    for (RoomOffer offer : sorted) {
      if (freed >= neededMb) {
        break;
      }
      if (ids.add(offer.instanceId())) {
        dearestFirst.addFirst(offer);
        freed += offer.memoryMb();
      }
    }
    List<RoomOffer> chosen = new ArrayList<>();
    for (RoomOffer offer : dearestFirst) {
      if (freed - offer.memoryMb() >= neededMb) {
        freed -= offer.memoryMb();
      } else {
        chosen.add(offer);
      }
    }
    return chosen;
  }
}
