"""Words that tell place names from other capitalised words. Lists only; how they are used is in `toponym_spans`."""

from __future__ import annotations

from alerts.domain.place import Precision

PARTICLES: frozenset[str] = frozenset(
    """al el ar as ash ad an at ez es e de del della des di do da dos du la le les los las of the and on upon sur
    sous in bin ibn a en y und an der den van von am""".split()
)
"""Small words inside a name: "Deir ez Zor", "Rio de Janeiro", "Bosnia and Herzegovina"."""

ENGLISH: frozenset[str] = frozenset("of the and on upon in a an as at".split())
"""Those of the particles that part two names as often as they join one."""

PLACE_PREPOSITIONS: frozenset[str] = frozenset(
    """in near at around outside inside into toward towards from to throughout across off beyond between amid
    surrounding encircling overlooking above over through via onto within along nearing of for against by""".split()
)
"""What may stand before a place."""

SURE_PREPOSITIONS: frozenset[str] = frozenset(
    "in near outside inside around toward towards throughout into across".split()
)
"""After these a capitalised name is a place, even one that no list holds."""

PLACE_VERBS: frozenset[str] = frozenset(
    """captured capture captures seized seize seizes entered enter enters retook retake recaptured recapture took
    reached leave left fled flee shelled shell bombed bomb struck strike hit attacked attack besieged besiege
    liberated liberate stormed storm overran overrun raided raid encircled surrounded evacuated approached approaching
    entering capturing seizing shelling bombing besieging leaving reaching quit abandoned pounded targeted
    targeting rocked shook lost regained recovered cleared controls controlled hold holds battered""".split()
)
"""Verbs whose object is often a place."""

DIRECTION_WORDS: frozenset[str] = frozenset(
    """north south east west northern southern eastern western central northeast northwest southeast southwest
    northeastern northwestern southeastern southwestern downtown greater upper lower inner outer rural mainland
    occupied government-held rebel-held opposition-held coastal metropolitan metro old suburban nearby""".split()
)

TITLES: frozenset[str] = frozenset(
    """mr mrs ms miss dr prof professor president minister premier chancellor king queen prince princess sheikh sheik
    general gen colonel col major maj captain capt lieutenant lt sergeant sgt brigadier commander admiral
    secretary senator sen rep governor gov mayor ambassador judge justice sir lord lady pope ayatollah imam mullah
    spokesman spokeswoman spokesperson chief chairman chairwoman chair director envoy leader deputy ex-president
    analyst correspondent reporter journalist activist lawyer attorney professor officer coach striker goalkeeper
    midfielder inspector detective father sister brother saint hajj haji abu umm bishop archbishop cardinal
    rabbi""".split()
)

FIRST_NAMES: frozenset[str] = frozenset(
    """james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian timothy ronald edward jason jeffrey ryan jacob gary
    nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond
    patrick jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy
    harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan
    billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah louis
    bobby philip johnny mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty
    margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca
    sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine
    christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria
    kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara
    madison frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle
    beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori mohammed mohammad muhammad
    mohamed ahmed ahmad mahmoud mustafa hassan hussein ali omar khalid khaled ibrahim yusuf youssef abdullah abdul
    abdel bashar bassam hafez saddam muammar khalifa nasser walid salah samir karim tariq faisal hamid hamad saeed
    said yahya ismail marwan naim antony benjamin bibi yoav naftali vladimir sergei sergey dmitry alexei alexey
    mikhail nikolai ivan boris yevgeny viktor oleg igor volodymyr oleksandr andriy denys dmytro petro joe barack
    hillary kamala emmanuel olaf angela ursula recep tayyip abdelfattah narendra imran shehbaz xi kim shinzo fumio
    ferdinand rodrigo joko aung paul felix uhuru william bola muhammadu nana cyril jacob robert luiz jair nicolas
    hugo daniel miguel andres claudia gustavo antonio carlos jorge luis pedro pablo fernando javier alejandro
    ricardo chelsea paris brooklyn kit jimmy jim tom tim bill bob mike dave steve dan ben sam matt chris nick tony
    ken ron jeff greg don rick fred ted bernie mitch nancy chuck marco rand mitt elon mark bob rex lloyd jens
    volker hans karl klaus pierre jacques francois jean luc marc giorgio silvio matteo giorgia pedro mariano
    antonio jose manuel""".split()
) - {"jordan", "virginia", "victoria", "austin", "paris", "madison", "charlotte", "christian"}  # fmt: skip
"""Names before a family name that a place bears too: "Hillary Clinton"."""

ORGANISATION_TAILS: frozenset[str] = frozenset(
    """university college school fc f.c. united city-fc rovers wanderers athletic athletics hotspur rangers times
    post herald tribune gazette journal news daily chronicle observer guardian telegraph independent today tv
    radio bank inc corp corporation company co ltd llc plc group holdings airlines airways motors institute
    institution foundation society association council-on federation union party congress parliament assembly
    senate ministry department agency bureau commission committee court tribunal treaty accord accords agreement
    agreements protocol convention declaration summit conference forum games olympics cup open marathon derby
    league championship orchestra philharmonic symphony ballet opera museum gallery theatre theater festival stock
    exchange index police army navy guard guards forces brigade battalion division regiment corps legion defense
    defence command centre center laboratory lab observatory hotel hilton sheraton marriott avenue street st lane
    boulevard square building tower towers broadcasting steelers yankees giants lakers bulls bears eagles jets
    cowboys packers patriots dolphins sox cubs mets knicks celtics warriors rockets heat magic spurs kings hawks
    raptors review magazine press""".split()
)
"""What makes the words before it the name of something that is no place: "Boston University", "Geneva Convention"."""

TEAM_TAILS: frozenset[str] = frozenset(
    """striker goalkeeper midfielder defender winger manager boss coach fans squad quarterback pitcher captain
    cartel cartels gang gangs mafia""".split()
)
"""Before these a place's name stands for its team or its gang."""

COMMON_WORDS: frozenset[str] = frozenset(
    """a an and are as at be been but by can could did do does for from had has have he her here hers him his how i
    if in into is it its just may me might more most much must my no nor not now of off on once one only or other
    our out over own same shall she should so some such than that the their them then there these they this those
    though thus to too under until up upon us very was we were what when where which while who whom whose why will
    with would yes yet you your after again against all almost along already also although always among another
    any anyone anything around because before behind below between both during each either else even ever every
    everyone few first for former forces further given good great hundreds dozens scores thousands tens however
    inside instead last late later least less like little long many meanwhile moreover near nearly neither never
    new next nobody none nothing often old others outside perhaps rather second several since soon still the third
    three through today together tomorrow tonight toward towards two unlike usually via well whatever whenever
    whether within without yesterday zero monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december spring summer autumn fall winter
    christmas easter ramadan eid passover diwali thanksgiving nowruz midsummer
    morning evening night noon midnight police army navy guard guards soldiers troops rebels fighters militants
    gunmen protesters officials authorities government state states party union united nations nation people
    president minister prime king queen prince general court judge war peace battle attack attacks strike strikes
    bomb bombs bombing fire fires gun guns rocket missile missiles drone drones air force forces hope faith
    liberty independence freedom justice victory union unity power water food oil gas gold silver iron coal stone
    steel rock sand snow rain wind storm storms flood floods earthquake quake bank banks market markets media
    press news times post report reports read also watch updated update breaking opinion analysis live photo
    photos image images video source sources editor writer reporter staff world global international national
    central local regional federal foreign home interior defense defence health education economy finance trade
    business technology science sports sport culture religion church mosque temple christian muslim islamic jewish
    catholic sunni shia shiite kurdish arab arabs western eastern northern southern north south east west
    northeast northwest southeast southwest mission target center centre bridge port airport camp border crossing
    dam road street station hospital school university mine field hill lake river sea bay beach island coast mount
    mountain valley desert forest park garden green red black white blue orange brown grey gray crimson golden
    young man woman men women boy girl child children mother father son daughter brother sister family friend
    death life love time day days week month year years historical humanitarian military political crisis context
    conflict realignments situation opposition resistance assad putin biden trump obama clinton bush hamas
    hezbollah taliban houthi houthis isis islamic wagner fatah likud pkk ypg nato brexit opec interpol unicef
    reuters associated agence tass xinhua anadolu sana jazeera bloomberg bbc cnn afp guterres zelensky zelenskyy
    zelenskiy netanyahu erdogan maduro milei modi khan xi kim lavrov blinken rubio vance macron scholz merz
    starmer sunak johnson davis jackson lincoln washington-post bell best chance chief civil class clear close
    code coming common control deal deep delta dollar early edge end enterprise exchange experience fact fair far
    fear federal figure fine follow friendly front future game gap general give go going happy hard head heart
    help high honor house human hunter idea ideal industry key kind kingdom lady land language large law lead
    leader leaders left level light line link liquid list look lost low luck main major make manager many mass
    mate meet member memory middle model money moral move movement music name net normal number office officer
    order orders page paper part path pay per place plan plans plant point pole poor pope population position
    possible price pride priest private problem process product progress project promise public push quick quiet
    race rally range rate reason record region remote rescue research rest return rich ride right rise risk role
    royal rule run safe safety sale save says scene score seal search season security see senate sense series
    service set short show side sign simple single site small smart social society special speed spirit square
    stage star start statement step stop story strong student study success sun support surprise survey system
    talk tax team ten test thank think thought tip title tour tower town trail transport travel treaty trial trip
    true trust truth turn type understand union unit use value van view village vision voice vote walk wall want
    watch way welcome wild winner wish word work worker workers works worth write wrong casualties displaced
    civilians residents victims survivors witnesses analysts experts doctors medics rescuers refugees migrants
    families hostages prisoners talks ceasefire truce negotiations sanctions elections election vote ballots
    protest protests rally rallies clashes fighting shelling airstrikes airstrike explosion explosions blast
    blasts shooting killing killings covid ebola cholera measles malaria omicron delta marburg mpox bird flu""".split()
) | frozenset("mr mrs ms dr st ltd inc corp co jr sr ok pm am tv ai it un eu who ex co-op plus".split())
"""Words that are capitalised for other reasons though some town bears them too."""

# Head noun after a name ("Rastan bridge") -> the kinds of place that it makes of the name.
_ONE_KIND = """bridge:bridge viaduct:bridge overpass:bridge dam:dam barrage:dam port:port harbour:port harbor:port
seaport:port airport:airport aerodrome:airport airfield:airport,airbase airbase:airbase camp:camp
crossing:border_crossing checkpoint:border_crossing highway:road road:road motorway:road expressway:road tunnel:road
strait:strait straits:strait canal:canal river:river sea:sea gulf:sea bay:sea island:island islands:island
mountains:mountain pipeline:pipeline refinery:refinery mine:mine factory:factory hospital:hospital prison:prison
market:market mosque:place_of_worship church:place_of_worship cathedral:place_of_worship monastery:place_of_worship
embassy:embassy barracks:military_base railway:railway quarter:quarter neighbourhood:quarter neighborhood:quarter
suburb:quarter suburbs:quarter terminal:port,airport oilfield:oil_field gasfield:oil_field town:town village:town
city:town volcano:mountain lake:river reservoir:dam,river slum:quarter slums:quarter favela:quarter
township:quarter townships:quarter quarters:quarter compound:quarter neighbourhoods:quarter neighborhoods:quarter
compounds:quarter camps:camp stadium:site peninsula:region landfill:site mall:market colliery:mine"""
HEADS: dict[str, tuple[str, ...]] = {
    word: tuple(kinds.split(",")) for word, _, kinds in (pair.partition(":") for pair in _ONE_KIND.split())
} | {
    "border crossing": ("border_crossing",),
    "border post": ("border_crossing",),
    "border gate": ("border_crossing",),
    "border checkpoint": ("border_crossing",),
    "crossing point": ("border_crossing",),
    "land crossing": ("border_crossing",),
    "land port": ("border_crossing",),
    "international airport": ("airport",),
    "air base": ("airbase",),
    "military airport": ("airbase", "airport"),
    "naval base": ("military_base", "port"),
    "military base": ("military_base", "airbase"),
    "refugee camp": ("camp",),
    "displacement camp": ("camp",),
    "displacement site": ("camp",),
    "refugee settlement": ("camp",),
    "coal mine": ("mine",),
    "gold mine": ("mine",),
    "copper mine": ("mine",),
    "shopping mall": ("market",),
    "detention centre": ("prison",),
    "detention center": ("prison",),
    "gas terminal": ("port", "refinery"),
    "oil field": ("oil_field",),
    "gas field": ("oil_field",),
    "oil terminal": ("port", "refinery"),
    "oil refinery": ("refinery",),
    "power plant": ("power_plant",),
    "power station": ("power_plant",),
    "nuclear plant": ("power_plant",),
    "nuclear power plant": ("power_plant",),
    "hydroelectric dam": ("dam",),
    "hydroelectric plant": ("dam", "power_plant"),
    "ring road": ("road",),
    "industrial zone": ("site",),
}
"""One-word and two-word heads; the longest that fits is taken."""

REGION_HEADS: dict[str, tuple[Precision, ...]] = {
    **dict.fromkeys(
        ("governorate", "province", "oblast", "state", "prefecture", "wilayah", "emirate", "voivodeship", "canton"),
        (Precision.ADMIN1,),
    ),
    **dict.fromkeys(
        ("region", "provinces", "countryside", "area", "front", "axis", "frontline", "territory", "department"),
        (Precision.ADMIN1, Precision.ADMIN2),
    ),
    **dict.fromkeys(
        (
            "district",
            "county",
            "municipality",
            "raion",
            "subdistrict",
            "sub-district",
            "subdivision",
            "commune",
            "woreda",
            "payam",
            "tehsil",
            "upazila",
            "cercle",
            "zone",
            "locality",
        ),
        (Precision.ADMIN2, Precision.ADMIN1),
    ),
}
"""Heads that make a name a stretch of land: "Homs governorate", "Deir ez-Zor region"."""

QUARTER_HEADS: frozenset[str] = frozenset(
    """quarter quarters neighbourhood neighbourhoods neighborhood neighborhoods district districts suburb suburbs slum
    slums favela township townships compound compounds camp camps market""".split()
)
"""Heads of what is a part of a town: "the Wanindara suburb of Conakry", "Tripoli's X quarter"."""

QUARTER_PLURALS: frozenset[str] = frozenset(
    "compounds townships neighbourhoods neighborhoods districts suburbs quarters slums camps".split()
)
"""Heads that the names of a list share: "the Kanyama and Matero compounds"."""

NAME_LEADS: frozenset[str] = frozenset(
    """mount mt lake cape fort loch lac lago monte cerro nevado volcan volcán sierra serra rio río puerto isla isle
    jebel jabal wadi khor tell qalat kafr kfar hotel villa""".split()
)
"""What begins a longer name: "Mount Gara" is not the town of Gara."""

NAME_JOINTS: frozenset[str] = frozenset("of de del della da do dos das du di".split())
"""What goes on with a name: "Serra da Estrela", "Gulf of Sirte" are not the towns of Serra and Gulf."""

NAME_TAILS: frozenset[str] = frozenset(
    """field base plant fields complex gate post valley corridor camp airfield zone settlement village facility temple
    forest nightclub pass park hall stadium depot fence highlands desert division cable viaduct coalfield block hills
    underpass reservation reserve supervolcano glacier row basin ravine chain resort meadow barrier college plateau axis
    steelworks borderlands exclave garrison point causeway jungle square building reactor station""".split()
)
"""Small words that the names of single places end in, without being a head of names in general."""

NOT_NAMES: frozenset[str] = COMMON_WORDS | DIRECTION_WORDS

PARTS_OF: frozenset[str] = frozenset(
    """market outskirts hamlet hamlets settlement settlements community communities commune municipality camp camps
    locality neighbourhood neighborhood neighbourhoods neighborhoods compound compounds quarter quarters suburbs
    subdivision territory chiefdom""".split()
)
"""Nouns that only a place stands behind: "the market of Wad Banda"."""

ASSAULTS: frozenset[str] = frozenset(
    """assault attack attacks raid raids offensive advance march strike strikes siege airstrike airstrikes fire
    bombardment shelling incursion onslaught attacked advanced marched rained""".split()
)
"""What is made on a place: "the assault on Solino"."""

OF_HEADS: dict[str, tuple[str, ...]] = {
    "port": ("port",),
    "strait": ("strait",),
    "straits": ("strait",),
    "gulf": ("sea",),
    "sea": ("sea",),
    "bay": ("sea",),
    "island": ("island",),
    "city": ("town",),
    "town": ("town",),
    "towns": ("town",),
    "cities": ("town",),
    "village": ("town",),
    "villages": ("town",),
    "capital": ("town",),
    "suburb": ("quarter", "town"),
}
"""Heads before a name: "Port of Odesa", "the towns of Rastan and Talbiseh". What names a place by itself is joined."""

JOINED_OF_HEADS: frozenset[str] = frozenset("port strait straits gulf sea bay".split())
REGION_OF_HEADS: frozenset[str] = frozenset("governorate province region oblast state district county".split())
