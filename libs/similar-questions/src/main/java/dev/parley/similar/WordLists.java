package dev.parley.similar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The English words that the gates know by name. */
final class WordLists {
    /** Words without content of their own. */
    static final Set<String> FUNCTION = words(
            "a an the is are was were be been being am do does did done i you he she it we they me my your his her its"
                    + " our their mine us them him of to in on at for from by with about as and or if this that these"
                    + " those there here what which who whom whose where when why how can could will would should shall"
                    + " may might must have has had get got any some so than then just please also too very really"
                    + " actually indeed truly literally basically simply even still like want need s t re ve ll d m hi"
                    + " hello hey thanks thank ok into up out going go help helps helping assist assistance try tries"
                    + " tried trying wanna gonna gotta needs needed wants wanted likes liked gets getting goes doing");

    /** Words that add nothing to a question that contains its other words. */
    static final Set<String> EMPTY =
            words("really actually indeed truly fact in literally basically simply even just very so somehow"
                    + " please also still currently now ever exactly too , . ' - ! ? \" ( )");

    static final Set<String> NEGATIVE =
            words("not no never without none nobody nothing neither nor unable cannot except unless"
                    + " trouble difficulty difficulties");

    /** Beside {@link #NEGATIVE}, whose number is a feature of the guard. */
    static final Set<String> PROBLEM = words("problem problems issue issues error errors mistake mistakes troubles");

    static final Set<String> RELATIONS = words("before after during since until till while prior following");
    static final Set<String> PAST = words("was were did had");
    static final Set<String> FUTURE = words("will shall going would");
    static final Set<String> CHANGING = words("become becoming becomes became former formerly ex");
    static final Set<String> MODAL = words("can could should must may might shall need ought supposed allowed able");
    static final Set<String> QUANTITY =
            words("all any every each both half only most least first last another other more less few"
                    + " many several much enough double twice once second third fourth fifth sixth seventh eighth ninth tenth"
                    + " next previous same different");
    static final Set<String> DIRECTION =
            words("to from with without in out on off up down into over under by for against between");

    /** Words that ask for the first of a set, which every further word changes; not those of {@link #METHOD}. */
    static final Set<String> RANKING =
            words("best worst top favorite favourite greatest biggest largest smallest cheapest fastest richest famous"
                    + " popular");

    static final Set<String> REASON =
            words("why reason reasons cause causes caused make makes made intention purpose logic explanation");
    static final Set<String> METHOD = words("way ways tip tips method methods solution solutions advice approach how");
    static final Set<String> DETERMINER = words("a an the my your his her its our their this that these those");
    static final Set<String> SPELLING =
            words("mean means meaning type typed spell spelled spelt spelling pronounce pronounced"
                    + " say said write written translate accent");
    static final Set<String> PERSON = words("i me my mine you your he him his she her we us our they them their");
    static final Set<String> QUESTION = words("what which who where when why how");
    static final Set<String> PASSIVE = words("is are was were be been being am get gets got");

    /**
     * Ordinals above ten and Roman numerals of several letters. Neither {@link #QUANTITY} nor {@link #numbers} has them, because the
     * features of the guard are made of these.
     */
    static final Set<String> NUMERALS = words(
            "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
                    + " thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth thousandth millionth"
                    + " ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xviii xix xx");

    private static final Map<String, Long> NUMBERS = Words.pairs(
                    "zero/0 two/2 three/3 four/4 five/5 six/6 seven/7 eight/8 nine/9 ten/10 eleven/11 twelve/12 dozen/12"
                            + " thirteen/13 fourteen/14 fifteen/15 sixteen/16 seventeen/17 eighteen/18 nineteen/19"
                            + " twenty/20 thirty/30 forty/40 fifty/50 sixty/60 seventy/70 eighty/80 ninety/90 hundred/100"
                            + " thousand/1000 million/1000000 billion/1000000000 trillion/1000000000000")
            .entrySet()
            .stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Long.valueOf(entry.getValue())));

    /** The least number whose words go on with those of a smaller one. */
    private static final long TWENTY = 20;

    private static final Map<String, Set<String>> ANTONYMS = new HashMap<>();

    /** The comparatives and superlatives of adjectives that have an antonym. */
    private static final String DEGREES =
            "big/bigger/biggest small/smaller/smallest large/larger/largest long/longer/longest"
                    + " short/shorter/shortest high/higher/highest low/lower/lowest hot/hotter/hottest cold/colder/coldest"
                    + " warm/warmer/warmest old/older/oldest new/newer/newest young/younger/youngest rich/richer/richest"
                    + " poor/poorer/poorest cheap/cheaper/cheapest easy/easier/easiest hard/harder/hardest"
                    + " strong/stronger/strongest weak/weaker/weakest fast/faster/fastest slow/slower/slowest"
                    + " quick/quicker/quickest light/lighter/lightest dark/darker/darkest heavy/heavier/heaviest"
                    + " safe/safer/safest early/earlier/earliest late/later/latest thick/thicker/thickest thin/thinner/thinnest"
                    + " wet/wetter/wettest dry/drier/driest loud/louder/loudest quiet/quieter/quietest wide/wider/widest"
                    + " narrow/narrower/narrowest near/nearer/nearest far/farther/farthest happy/happier/happiest"
                    + " sad/sadder/saddest";

    /** Groups of words of which each excludes the others but those that mean the same. */
    private static final List<Map<String, String>> ALTERNATIVES = Stream.of(
                    "second/sec minute/min hour/hr day week month year decade century",
                    "monday tuesday wednesday thursday friday saturday sunday",
                    "january february march april may june july august september october november december",
                    "spring summer autumn/fall winter",
                    "breakfast lunch dinner",
                    "inch foot/feet yard mile millimeter/millimetre/mm meter/metre centimeter/centimetre/cm kilometer/kilometre/km",
                    "celsius fahrenheit kelvin",
                    "milligram/mg gram kilogram/kg ounce/oz pound/lb/lbs ton",
                    "teaspoon/tsp tablespoon/tbsp cup pint quart gallon milliliter/millilitre/ml liter/litre",
                    "dollar euro yen yuan rupee peso franc",
                    "red orange yellow green blue purple pink brown black white gray/grey",
                    "lost stolen",
                    "heads tails")
            .map(WordLists::alternatives)
            .toList();

    /** They negate a word, as in {@code unfair} and {@code ineffective}. */
    private static final List<String> NEGATING = List.of("un", "in", "im", "ir", "dis", "non");

    private static final int NEGATED_LETTERS_MIN = 4;

    static {
        String pairs =
                "more/less most/least fewer/more increase/decrease increase/reduce raise/lower gain/lose buy/sell"
                        + " open/close activate/deactivate enable/disable on/off in/out up/down add/remove add/delete"
                        + " create/delete start/stop begin/end start/end start/finish first/last early/late"
                        + " earliest/latest big/small large/small long/short high/low higher/lower highest/lowest hot/cold"
                        + " warm/cold old/new young/old rich/poor man/woman boy/girl male/female husband/wife"
                        + " father/mother dad/mom brother/sister son/daughter summer/winter north/south east/west"
                        + " left/right import/export deposit/withdraw send/receive give/take login/logout upload/download"
                        + " install/uninstall subscribe/unsubscribe lock/unlock block/unblock follow/unfollow hire/fire"
                        + " win/lose pass/fail legal/illegal possible/impossible happy/sad true/false right/wrong min/max"
                        + " minimum/maximum inside/outside above/below over/under upgrade/downgrade grow/shrink love/hate"
                        + " like/dislike accept/reject accept/decline approve/decline approve/reject allow/block"
                        + " allow/deny join/leave borrow/lend credit/debit physical/virtual public/private online/offline"
                        + " always/never all/none advantage/disadvantage pro/con positive/negative cheap/expensive"
                        + " easy/hard easy/difficult strong/weak fast/slow future/past cause/cure incoming/outgoing"
                        + " income/expense ship/arrive push/pull light/dark before/after with/without arrive/depart arrival/departure"
                        + " safe/dangerous safe/unsafe good/bad best/worst better/worse same/different full/empty"
                        + " hidden/visible show/hide connect/disconnect today/tomorrow today/yesterday yesterday/tomorrow"
                        + " morning/evening monthly/yearly weekly/monthly daily/weekly refund/charge sender/recipient"
                        + " buyer/seller employer/employee teacher/student parent/child import/export plus/minus"
                        + " domestic/international single/married heat/cool freeze/unfreeze freeze/thaw expand/collapse"
                        + " encrypt/decrypt inbound/outbound front/back top/bottom win/lose guilty/innocent"
                        + " temporary/permanent manual/automatic optional/mandatory wet/dry thick/thin asleep/awake"
                        + " dead/alive existing/new question/answer free/paid am/pm ascending/descending quick/slow"
                        + " heavy/light loud/quiet wide/narrow near/far";
        Map<String, List<String>> degrees = Stream.of(DEGREES.split(" ", -1))
                .map(forms -> List.of(forms.split("/", -1)))
                .collect(Collectors.toMap(List::getFirst, forms -> forms));
        for (String pair : pairs.split(" ", -1)) {
            String[] two = pair.split("/", -1);
            for (String one : degrees.getOrDefault(two[0], List.of(two[0]))) {
                for (String other : degrees.getOrDefault(two[1], List.of(two[1]))) {
                    ANTONYMS.computeIfAbsent(Words.stem(one), _ -> new HashSet<>())
                            .add(Words.stem(other));
                    ANTONYMS.computeIfAbsent(Words.stem(other), _ -> new HashSet<>())
                            .add(Words.stem(one));
                }
            }
        }
    }

    private WordLists() {}

    /** The words of a list, of which some may be repeated. */
    static Set<String> words(String list) {
        return Set.of(new HashSet<>(List.of(list.split(" ", -1))).toArray(String[]::new));
    }

    /** Whether the words of one side have an antonym on the other; both sides are stems that the other side lacks. */
    static boolean opposed(Set<String> onlyHere, Set<String> onlyThere) {
        return onlyHere.stream()
                        .flatMap(stem -> ANTONYMS.getOrDefault(stem, Set.of()).stream())
                        .anyMatch(onlyThere::contains)
                || ALTERNATIVES.stream()
                        .anyMatch(group -> LexicalVeto.eachAdds(meanings(group, onlyHere), meanings(group, onlyThere)))
                || negates(onlyHere, onlyThere)
                || negates(onlyThere, onlyHere);
    }

    /** The stems of a group, with the stem of the first word that means the same. */
    private static Map<String, String> alternatives(String group) {
        return Stream.of(group.split(" ", -1))
                .map(same -> Stream.of(same.split("/", -1))
                        .map(Words::stem)
                        .distinct()
                        .toList())
                .flatMap(same -> same.stream().map(stem -> Map.entry(stem, same.getFirst())))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Set<String> meanings(Map<String, String> group, Set<String> stems) {
        return stems.stream().filter(group::containsKey).map(group::get).collect(Collectors.toSet());
    }

    private static boolean negates(Set<String> negative, Set<String> positive) {
        return positive.stream()
                .filter(stem -> stem.length() >= NEGATED_LETTERS_MIN)
                .anyMatch(stem -> NEGATING.stream().anyMatch(prefix -> negative.contains(prefix + stem)));
    }

    /** The numbers and the words with digits of a text, in order. */
    static List<String> numbers(List<String> words) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.chars().anyMatch(Character::isDigit)) {
                boolean signed = i > 0 && words.get(i - 1).equals("-") && (i == 1 || !isWord(words.get(i - 2)));
                numbers.add(signed ? "-" + word : word);
            } else if (NUMBERS.containsKey(word)) {
                numbers.add(String.valueOf(NUMBERS.get(word)));
            } else if (word.equals("one") && continuesNumber(words, i)) {
                numbers.add("1");
            }
        }
        return numbers;
    }

    /** Whether a word follows a number that it may end, as in {@code thirty-one} and {@code a hundred and one}. */
    private static boolean continuesNumber(List<String> words, int place) {
        boolean joined = place > 0
                && (words.get(place - 1).equals("-") || words.get(place - 1).equals("and"));
        int before = place - (joined ? 2 : 1);
        return before >= 0 && NUMBERS.getOrDefault(words.get(before), 0L) >= TWENTY;
    }

    /** Whether a word has a content of its own. */
    static boolean hasContent(String word) {
        return isWord(word) && !FUNCTION.contains(word);
    }

    static boolean isWord(String word) {
        return Character.isLetterOrDigit(word.codePointAt(0));
    }
}
