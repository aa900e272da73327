/* The revocation feed, for exhaustive checking with spin: the rules of docs/revocation-feed.md in the small.
 *
 * An issuer ends sessions, opens a list, crashes between a commit and its publication, forgets old events, and is put back from a
 * backup, once. Between it and the verifiers there is a network that loses, delays, repeats and reorders, and a cache that answers with
 * what was true once: so a verifier may be handed any statement that was ever signed, at any time, or none. Verifiers stop at any
 * instant and start again from their disk.
 *
 * Checked at every step: (1) what a verifier has acknowledged as revoked, it refuses, restarts or not; (2) it never stands before what
 * it acknowledged; (3) it never claims to be fresher than a revocation that it does not know; (4) it refuses no session that lives;
 * and at the end (5): left in peace, it comes to agree with the issuer.
 *
 *   spin -a docs/revocation-feed.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan
 *
 * Each of BROKEN_GAP, BROKEN_START, BROKEN_REPLAY, BROKEN_LISTS, BROKEN_DISK and BROKEN_MORE leaves one rule out (spin -DBROKEN_GAP -a ...):
 * then an assertion must fail.
 */

#ifndef VERIFIERS
#define VERIFIERS 2
#endif
#ifndef SAYINGS
#define SAYINGS 5  /* how many different states of the issuer are ever told of */
#endif
#ifndef MISHAPS
#define MISHAPS 1  /* how often each verifier is restarted */
#endif

/* Session s lives in list s: 0 from the start, 1 once that list is open, 2 in the epoch after the restore. */
#define SESSIONS 3
#define BIT(s) (1 << (s))

/* What the issuer's store holds. */
byte epoch = 0, seq = 0, first = 0, last = 0, kept_after = 0;
byte revoked_at[SESSIONS];  /* its number in the feed; 0: not revoked */
byte ended_at[SESSIONS];    /* the time; 0: it lives */
byte backup_seq = 0;
byte clock = 1;
bool is_calm = false;

/* What it has told, and may be heard again at any time: statements are made of these. */
typedef Saying { byte iat; byte epoch; byte seq; byte first; byte last; byte kept_after };
Saying said[SAYINGS];
byte sayings = 0;

inline say() {
  said[sayings].iat = clock;
  said[sayings].epoch = epoch;
  said[sayings].seq = seq;
  said[sayings].first = first;
  said[sayings].last = last;
  said[sayings].kept_after = kept_after;
  sayings++
}

inline end_session(s) {
  if
  :: ended_at[s] == 0 -> ended_at[s] = clock
  :: else
  fi
}

/* Two slots are kept for the restore and for the last word. */
#define HAS_ROOM (sayings < SAYINGS - 1)

active proctype Issuer() {
  byte s;
  atomic { say() };
  do
  :: HAS_ROOM ->
     /* A transaction: durable, numbered, and not told of yet. */
     atomic {
       if
       :: true -> s = 0
       :: last >= 1 && first <= 1 -> s = 1
       :: epoch == 1 -> s = 2
       fi;
       if
       :: s >= first && revoked_at[s] == 0 && ended_at[s] == 0 ->
          seq++;
          revoked_at[s] = seq;
          end_session(s)
       :: epoch == 0 && last == 0 -> seq++; last = 1
       :: epoch == 0 && last == 1 && first == 0 -> seq++; first = 1; end_session(0)
       fi
     };
     /* Told of in the same second or later; after a crash, without what came before. */
     atomic {
       if
       :: true
       :: clock++
       fi;
       if
       :: true
       :: kept_after = seq
       fi;
       say()
     }
  :: HAS_ROOM && epoch == 0 -> atomic { backup_seq = seq; clock++; say() }
  :: HAS_ROOM && epoch == 0 ->
     /* An old store in the place of the new: a new epoch and a list that nobody had; no older session lives. */
     atomic {
       clock++;
       epoch = 1;
       seq = backup_seq + 1;
       kept_after = seq;
       end_session(0);
       end_session(1);
       first = 2;
       last = 2;
       say()
     }
  :: true -> break
  od;
  atomic { clock++; say(); is_calm = true }
}

/* The revocations that a statement of saying h has after number `after`, and those of one list. */
inline revocations(h, after, result) {
  result = 0;
  s = 0;
  do
  :: s < SESSIONS ->
     if
     :: revoked_at[s] > after && revoked_at[s] <= said[h].seq && s >= said[h].first && s <= said[h].last &&
        (said[h].epoch == 1) == (s == 2) -> result = result | BIT(s)
     :: else
     fi;
     s++
  :: else -> break
  od;
  s = 0
}

#define CONTINUES (v_epoch == said[h].epoch && b_after <= v_seq && v_seq <= b_seq)
#ifdef BROKEN_GAP
#undef CONTINUES
#define CONTINUES (v_epoch == said[h].epoch && v_seq <= b_seq)
#endif
#define FORWARD (has_set -> (v_epoch == said[h].epoch && b_after > v_seq) : said[h].epoch == newest_epoch)
#ifdef BROKEN_REPLAY
#define IS_NEWER true
#else
#define IS_NEWER (said[h].iat > newest || (said[h].iat == newest && FORWARD))
#endif

#define MAX(a, b) ((a) > (b) -> (a) : (b))
#define MIN(a, b) ((a) < (b) -> (a) : (b))

/* A batch of saying h: after b_after, up to b_seq; `more` when it was cut before the end. */
inline take_batch() {
  revocations(h, b_after, found);
  if
  :: has_set && !is_loading && CONTINUES ->
     if
     :: b_seq == v_seq && (said[h].iat <= fresh || b_seq < said[h].seq)  /* heard before */
     :: else ->
        if
        :: b_seq < said[h].seq ->  /* cut: of what it found, only what has a number up to b_seq */
           s = 0;
           do
           :: s < SESSIONS ->
              if
              :: revoked_at[s] > b_seq -> found = found & (255 - BIT(s))
              :: else
              fi;
              s++
           :: else -> break
           od;
           s = 0
        :: else
        fi;
        v_bits = v_bits | found;
        v_seq = b_seq;
        v_first = MAX(v_first, said[h].first);
        v_last = MAX(v_last, said[h].last);
        newest = MAX(newest, said[h].iat);
#ifdef BROKEN_MORE
        fresh = MAX(fresh, said[h].iat)
#else
        if
        :: b_seq == said[h].seq -> fresh = MAX(fresh, said[h].iat)
        :: else
        fi
#endif
     fi
  :: else ->
     if
     :: !(is_loading && said[h].epoch == a_epoch) && IS_NEWER ->
        is_loading = true;
        a_epoch = said[h].epoch;
        a_seq = b_seq;
        a_first = said[h].first;
        a_last = said[h].last;
        wanted = a_first;
        loaded = 0;
        newest = said[h].iat;
        newest_epoch = said[h].epoch;
        as_of = said[h].iat;
#ifdef BROKEN_START
        a_seq = 255
#endif
     :: else
     fi
  fi;
  found = 0
}

/* The list that is wanted, as saying h has it. */
inline take_list() {
  if
  :: said[h].epoch != a_epoch -> forget_load()
  :: else ->
     revocations(h, 0, found);
     loaded = loaded | (found & BIT(wanted));
     a_seq = MIN(a_seq, said[h].seq);
     as_of = MIN(as_of, said[h].iat);
     if
     :: wanted < a_last -> wanted++
     :: else ->
        if
        :: has_set && v_epoch == a_epoch ->
           v_bits = v_bits | loaded;
           v_seq = MAX(v_seq, a_seq);
           fresh = MAX(fresh, as_of);
#ifdef BROKEN_LISTS
           v_first = a_first;
           v_last = a_last
#else
           v_first = MAX(v_first, a_first);
           v_last = MAX(v_last, a_last)
#endif
        :: else ->
           v_bits = loaded;
           v_seq = a_seq;
           fresh = as_of;
           v_first = a_first;
           v_last = a_last
        fi;
        v_epoch = a_epoch;
        has_set = true;
        forget_load()
     fi;
     found = 0
  fi
}

inline forget_load() {
  is_loading = false;
  a_epoch = 0;
  a_seq = 0;
  a_first = 0;
  a_last = 0;
  wanted = 0;
  loaded = 0;
  as_of = 0
}

/* What a poll says, the verifier has on its disk before. */
inline acknowledge() {
  d_has_set = has_set;
  d_epoch = v_epoch;
  d_seq = v_seq;
  d_fresh = fresh;
  d_newest = newest;
#ifndef BROKEN_DISK
  d_bits = v_bits;
  d_first = v_first;
  d_last = v_last
#endif
}

inline restart() {
  has_set = d_has_set;
  v_epoch = d_epoch;
  v_seq = d_seq;
  fresh = d_fresh;
  newest = (has_set -> d_newest : 0);
  newest_epoch = v_epoch;
  v_bits = d_bits;
  v_first = d_first;
  v_last = d_last;
  forget_load()
}

#define ACCEPTS(s) (has_set && v_first <= (s) && (s) <= v_last && !(v_bits & BIT(s)))
#define ACKNOWLEDGED(s) \
  (d_has_set && ended_at[s] != 0 && ((d_epoch == 1 && (s) < 2) || \
   ((d_epoch == 1) == ((s) == 2) && revoked_at[s] != 0 && revoked_at[s] <= d_seq)))

inline must_hold() {
  assert(!d_has_set || (has_set && (v_epoch > d_epoch || (v_epoch == d_epoch && v_seq >= d_seq))));
  s = 0;
  do
  :: s < SESSIONS ->
     assert(!(ACCEPTS(s) && ACKNOWLEDGED(s)));
     assert(!(ACCEPTS(s) && ended_at[s] != 0 && fresh > ended_at[s]));
     assert(!(has_set && (v_bits & BIT(s)) && ended_at[s] == 0));
     s++
  :: else -> break
  od;
  s = 0
}

/* What the issuer answers to a poll now. */
inline fresh_answer() {
  h = sayings - 1;
  b_seq = said[h].seq;
  if
  :: has_set && v_epoch == said[h].epoch && v_seq >= said[h].kept_after && v_seq <= b_seq -> b_after = v_seq
  :: else -> b_after = b_seq
  fi
}

active [VERIFIERS] proctype Verifier() {
  bool has_set, is_loading, d_has_set;
  byte v_epoch, v_seq, v_first, v_last, v_bits, fresh, newest, newest_epoch;
  byte a_epoch, a_seq, a_first, a_last, wanted, loaded, as_of;
  byte d_epoch, d_seq, d_first, d_last, d_bits, d_fresh, d_newest;
  byte h, b_after, b_seq, found, s, mishaps, steps;

  do
  :: sayings > 0 && !is_calm ->
     atomic {
       /* Some statement of any age; a batch may have been made for anybody. */
       h = 0;
       do
       :: h + 1 < sayings -> h++
       :: break
       od;
       if
       :: !is_loading || a_epoch != said[h].epoch ->
          b_seq = said[h].seq;
          b_after = b_seq;
          do
          :: b_after > said[h].kept_after -> b_after--
          :: break
          od;
          do
          :: b_seq > b_after + 1 -> b_seq--
          :: break
          od;
          skip;
          d_step { take_batch(); must_hold() }
       :: is_loading && wanted >= said[h].first && wanted <= said[h].last -> d_step { take_list(); must_hold() }
       :: is_loading -> d_step { forget_load() }  /* the list is gone: ask anew */
       fi;
       h = 0;
       b_after = 0;
       b_seq = 0
     }
  :: !is_calm && has_set -> d_step { acknowledge(); must_hold() }
  :: !is_calm && mishaps < MISHAPS -> d_step { mishaps++; restart(); must_hold() }
  :: is_calm -> break
  od;

  /* In peace: every answer is the issuer's present one. A list for each of two loads, and a batch for each, and one more. */
  atomic {
    do
    :: steps < 9 ->
       d_step {
         steps++;
         fresh_answer();
         if
         :: is_loading && (wanted < said[h].first || wanted > said[h].last) -> forget_load()
         :: is_loading && wanted >= said[h].first && wanted <= said[h].last -> take_list()
         :: else -> take_batch()
         fi;
         must_hold()
       }
    :: else -> break
    od;
    assert(has_set && !is_loading && v_epoch == epoch && v_seq == seq);
    assert(ACCEPTS(0) == (ended_at[0] == 0));
    assert(ACCEPTS(1) == (ended_at[1] == 0 && last >= 1 && first <= 1));
    assert(ACCEPTS(2) == (ended_at[2] == 0 && epoch == 1))
  }
}
