"""The words by which notes of several languages say what they do: one table for all of `cite`.

English, German, French, Spanish, Russian, Ukrainian, Arabic, Persian. Each name is
the inside of a regular expression without groups, for use with `IGNORECASE` but
where it says otherwise. Sources: the style manuals (Chicago 17, Bluebook 21, APA 7,
MLA 9, DIN ISO 690, ГОСТ Р 7.0.5-2008) and the notes counted in real documents.
"""

from provenance.cite.patterns import lazy_pattern

__all__ = [
    "ABBREVIATIONS",
    "ABOVE_OR_BELOW",
    "ACCESSED",
    "FAR_BACK",
    "FINITE_VERBS",
    "HEREINAFTER",
    "IBID",
    "NOTE_WORDS",
    "PAGE_WORDS",
    "PARAGRAPH_WORDS",
    "SIGNALS",
    "SIGNAL_START",
]

# "the same place": the citation before
IBID = (
    r"ibid(?:em)?\b|id\.|idem\b|ebda?\b|ebenda\b|ebenso\s+ebd\b|íd\.|[ií]b[ií]d(?:em)?\b|tamże\b"
    r"|там\s+же\b|там\s+само\b|المرجع\s+(?:نفسه|السابق\s+نفسه|ذاته)|المصدر\s+(?:نفسه|ذاته)|نفس\s+المرجع|همان(?:جا)?\b"
)
# "the work cited": somewhere before, known by its author
FAR_BACK = (
    r"op\.?\s?cit\b|loc\.?\s?cit\b|art\.\s?cit\b|a\.\s?a\.\s?o\b|supra\b|infra\b"
    r"|(?:ouvrage|article)\s+cité\b|obra\s+citada\b|ob\.\s?cit\b"
    r"|указ\.\s*соч\b|цит\.\s*соч\b|вказ\.\s*праця\b|مرجع\s+سابق|المرجع\s+السابق|مصدر\s+سابق"
)
NOTE_WORDS = (
    r"(?:foot|end)?notes?|nn?\.|n(?=\s\d)|fn\.?|ftn\.?|fußnoten?|fussnoten?|anm(?:erkung)?\.?|notes?\s+de\s+bas\s+de\s+page"
    r"|nota(?:\s+al?\s+pie)?|сноск[аиуе]|примечани[еяю]|прим\.|виноск[аиу]|الحاشية|الهامش|پانویس"
)
ABOVE_OR_BELOW = (
    r"above|below|supra|infra|oben|unten|ci-dessus|ci-dessous|précitée?|arriba|abajo|выше|ниже|вище|нижче"
    r"|أعلاه|أدناه|بالا|پایین"
)
HEREINAFTER = r"hereinafter|hereafter|henceforth|im\s+folgenden|nachfolgend|fortan|ci-après|en\s+adelante|далее|далі|فيما\s+بعد"
# What introduces a citation; the first words of a sentence that sends the reader on.
SIGNALS = (
    r"see\s+generally|see\s+also|see,?\s+for\s+example,?|see,?\s+e\.\s?g\.,?|see\s+(?:in\s+)?e\.\s?g\.,?|see|but\s+see|but\s+cf\."
    r"|compare|contra|accord|cf\.?|e\.\s?g\.,?|quoted\s+in|cited\s+in|citing|quoting|in"
    r"|vergl\.|vgl\.|siehe(?:\s+auch)?|s\.\s?a\.|so\s+auch|zit(?:iert)?\.?\s+nach"
    r"|voir(?:\s+aussi)?|cité\s+(?:dans|par)|véase(?:\s+también)?|ver(?:\s+también)?|citado\s+en"
    r"|см\.(?:\s+также)?|ср\.|цит\.\s+по:?|див\.(?:\s+також)?|пор\."
    r"|و?انظر(?:\s+أيضا?ً?ا?ً?)?(?:\s*،?\s*على\s+سبيل\s+المثال\s*،?)?(?:\s+مثلا?ً?ا?ً?)?|و?راجع|ن\.?ک\.?"
)
SIGNAL_START = (
    r"[Ss]ee\b|SEE\b|But\s+see\b|Cf\.|cf\.|E\.g\.|For\s+(?:more|further|a|an|details|background|example|instance)\b|Compare\b"
    r"|Vgl\.|vgl\.|Vergl\.|vergl\.|[Ss]iehe\b|Voir\b|voir\b|Véase\b|véase\b|Ver\b|Fuentes?:|Source:|Sources:|Quelle:"
    r"|См\.|см\.|Ср\.|Цит\.|Див\.|див\.|و?انظر|و?راجع"
)
PAGE_WORDS = (
    r"pp?\.|pages?\b|pgs?\b\.?|págs?\.|páginas?\b|S\.|Seiten?\b|[Сс]\.|стр\.|сторінк[аи]\b|ص\.?\s?ص\.?|ص\b\.?"
    r"|الصفح(?:ة|ات|تان|تين)|صفح[ةه]"
)
PARAGRAPH_WORDS = (
    r"para(?:graph)?s?\b\.?|¶{1,2}|§{1,2}|Rn\.|Rdnr\.|Abs\.|párrs?\.|párrafos?\b|алинея\b|п\.|пп\."
    r"|الفقر(?:ة|ات|تان|تين)|sections?\b|sec\.|ch(?:ap)?\.|chapters?\b|fig\.|figures?\b|tables?\b|minutes?\b"
)
# In front of the day on which somebody looked; German and Persian say it behind.
ACCESSED = (
    r"(?:last\s+)?(?:accessed|visited|retrieved|viewed|checked|consulted)(?:\s+on)?"
    r"|(?:zuletzt\s+)?(?:abgerufen|aufgerufen|geprüft|eingesehen|besucht)(?:\s+am)?|(?:letzter\s+)?zugriff(?:\s+am)?|abruf(?:\s+am)?"
    r"|stand:?|(?:page\s+)?consultée?(?:\s+le)?|consultad[oa](?:\s+el)?|(?:último\s+)?acceso(?:\s+el)?"
    r"|дата\s+(?:обращения|звернення)|تاريخ\s+(?:الاطلاع|الوصول|الزيارة)|تم\s+الاطلاع(?:\s+عليه)?(?:\s+في)?"
)
# Words that make a sentence out of a row of words; lower case only, since titles are in capitals.
FINITE_VERBS = lazy_pattern(
    r"(?<![\w'’-])(?:is|are|was|were|has|have|had|does|did|can|could|may|might|will|would|shall|should|must|cannot"
    r"|isn['’]t|aren['’]t|wasn['’]t|don['’]t|doesn['’]t|didn['’]t|won['’]t|it['’]s|that['’]s"
    r"|seems?|appears?|argues?|argued|notes\s+that|noted|states\s+that|stated|says|said|claims\s+that|claimed|suggests?|suggested"
    r"|shows?\s+that|showed|means|refers?|referred|includes?|included|remains?|became|becomes|allows?|requires?|describes?"
    r"|provides?|provided|establish(?:es|ed)|explains?|explained|held|concluded?|indicates?|indicated|found|calls?|called|made|took|gave"
    r"|identified|contains?|consists?|differs?|uses|used\s+(?:to|by|in)|thanks?|thank|owes?"
    r"|ist|sind|wird|werden|wurden?|hat|haben|hatte|kann|können|muss|müssen|müssten|soll(?:en|te)?|gibt|findet|handelt"
    r"|est|sont|était|étaient|ont|peut|peuvent|fut|sera|seront|s['’]agit"
    r"|es|son|era|fue|fueron|está|están|han|puede|pueden|existe|establece|señala|debiese|debe|contempló"
    r"|является|являются|был[аои]?|будет|может|могут|имеет|есть|є|був|була|були|має"
    r"|كان|كانت|يشير|تشير|تتعلق|يتعلق|ينص|تنص|أُعيد|يُعتقد|است|بود|شد|شده|می‌شود)(?![\w'’-])"
)
# A full stop behind these ends no sentence (lower case, without the stop).
ABBREVIATIONS = frozenset(
    """p pp pg pgs vol vols no nos nr ed eds etc al jr sr dr mr mrs ms prof st vs v cf e.g i.e eg ie viz inc ltd co corp u.s u.k u.n
    d.c fed reg supp bankr civ crim evid app cir ct stat cong rept rep res doc sess sec art arts para paras ch chap fig tab ann
    rev univ dept gov gen col lt sgt capt adm comm comms assn bros ser trans transl comp repr dist int intl natl assoc
    am j l q ex exec pub l.p n fn ftn ibid id op loc cit hrsg hg bd bde aufl vgl vergl u.a z.b d.h u abs nr s a.a.o ebd jg jh zit hl bzw
    ca c coll éd dir t núm pág págs art inc cap lib jan feb mar apr jun jul aug sep sept oct nov dec
    т с см ст п г гг изд ред и.о им пер сост указ соч ср цит вып кн ч ул див стор ص م هـ ط""".split()
)
