/** @import {Words} from "./en.js" */

/** Tous les mots de l'interface en français du Canada. Les réponses restent en anglais, et l'interface le dit. */

/** @type {Words} */
export const fr = {
  language: "fr",
  name: "Français",
  locale: "fr-CA",
  join: " : ",

  head: {
    chatWith: "Clavardage avec ",
    motto: "Réponses écrites, sources à l'appui, rien de généré",
    menu: "Menu",
    leave: "Fermer le clavardage",
  },
  menu: {
    save: "Enregistrer une copie",
    erase: "Supprimer mon clavardage",
    keys: "Clavier et lecteurs d'écran",
  },

  greeting: (clinic, emergency) => [
    `Bonjour. Je suis l'assistant automatique de ${clinic}.`,
    "Je réponds aux questions sur le mal de dos et l'acupuncture par des réponses écrites qui citent leurs sources, " +
      "et je peux vous diriger vers un rendez-vous ou une personne.",
    "Les réponses sont en anglais, et je ne comprends que les questions posées en anglais.",
    `Veuillez n'écrire ni nom ni renseignement personnel. En cas d'urgence, appelez ${emergency}.`,
  ],
  emergency: (number) => (number ? `le ${number}` : "votre numéro d'urgence local"),

  thread: {
    label: "Clavardage",
    log: "Messages",
    keys: (framed) =>
      "Sur un message, les flèches haut et bas mènent d'un message à l'autre. " +
      (framed ? "La touche Échap ferme le clavardage." : "La touche Échap mène à votre question."),
    firstQuestions: "Premières questions fréquentes",
    suggestedReplies: "Réponses suggérées",
    typing: "Un instant…",
    newer: "Nouveau message plus bas",
    today: "Aujourd'hui",
    yesterday: "Hier",
  },

  speakers: {
    visitor: "Vous",
    bot: "Assistant",
    staff: "De la clinique",
    system: "Avis",
    warning: "Avertissement",
  },

  heard: {
    choices: (count) => (count === 1 ? "1 réponse suggérée." : `${count} réponses suggérées.`),
    form: "Un formulaire pour vos coordonnées suit.",
  },

  state: {
    sending: "Envoi…",
    offline: "En attente de votre connexion",
    slowed: "En attente d'envoi",
    failed: "Non envoyé : réessayer",
  },

  answer: {
    getHelp: "Quand demander de l'aide",
    more: "En savoir plus",
    trust: "Sources et degré de certitude",
    howSure: "Degré de certitude",
    evidence: {
      strong: "preuves solides",
      moderate: "preuves modérées",
      low: "faible, les études sont rares ou peu solides",
      disputed: "contesté, de bonnes sources se contredisent",
      practical: "conseil pratique, et non le résultat d'études",
    },
    disagreement: "Là où les sources divergent",
    sources: "Sources",
    fromClinic: "Cela vient de la clinique elle-même.",
    checked: "Vérification",
    written: (day) => `Rédigé le ${day}.`,
    signedOff: (person, day) => `Approuvé par ${person} le ${day}.`,
    notSignedOff: "Pas encore approuvé par cette clinique.",
    reviewDue: (day) => `À réviser le ${day}.`,
    page: "Lire cette réponse sur sa propre page",
    newTab: " (ouvre un nouvel onglet)",
    copy: "Copier",
    copied: "Copié.",
    notCopied: "La copie n'a pas réussi. Vous pouvez sélectionner le texte.",
  },

  feedback: {
    question: "Cela vous a-t-il été utile?",
    yes: "Oui",
    no: "Non",
    thanks: "Merci.",
    why: "Qu'est-ce qui n'allait pas? Facultatif.",
    reasons: ["Ce n'était pas ma question", "Difficile à comprendre", "Il me faut plus de détails"],
  },

  warning: {
    sign: "Avertissement",
    call: (number) => `Appeler le ${number}`,
  },

  composer: {
    label: "Votre question (en anglais)",
    send: "Envoyer",
    person: "Parler à une personne",
    count: (length, limit) => `${length} caractères sur ${limit}`,
    tooLong: "Veuillez raccourcir le texte.",
    noFiles:
      "Il n'est pas possible d'envoyer des images ou des fichiers ici. Décrivez ce que vous vouliez montrer, ou " +
      "demandez à parler à une personne.",
  },

  form: {
    fields: {
      name: "Votre nom",
      phone: "Téléphone",
      email: "Courriel",
      preferred_times: "Bons moments pour vous joindre",
      note: "Ce que nous devrions savoir",
    },
    optional: " (facultatif)",
    faults: {
      name: "Veuillez écrire votre nom.",
      contact: "Veuillez laisser un numéro de téléphone ou une adresse courriel.",
      phone: "Veuillez vérifier ce numéro de téléphone.",
      email: "Veuillez vérifier cette adresse courriel.",
      other: "Veuillez vérifier ceci : ce n'est pas accepté.",
    },
  },

  callback: {
    title: "Laissez vos coordonnées",
    hint:
      "Donnez un numéro de téléphone ou une adresse courriel, ou les deux. Seul le personnel de la clinique les voit.",
    note: "De quoi s'agit-il?",
    send: "Demander qu'on me rappelle",
    orCall: (phone) => `Ou appelez le ${phone}`,
    done: "La clinique a reçu vos coordonnées.",
  },

  booking: {
    pick: "Choisir un autre jour et une autre heure",
    day: "Jour",
    week: (day) => `Semaine du ${day}`,
    free: (count) => (count === 0 ? "complet" : `${count} choix`),
    earlier: "Jour précédent",
    later: "Jour suivant",
    times: (day) => `Heures libres le ${day}`,
    noTimes: (day) => `Aucune heure n'est libre le ${day}.`,
    nothing: (first, last) => `Aucune heure n'est libre du ${first} au ${last}.`,
    farther: "Pour un jour plus éloigné, écrivez-le ci-dessous en anglais, par exemple « 12 January ».",
    clinicTime: "Les heures sont celles de la clinique.",

    title: "Vos coordonnées",
    hint:
      "Donnez un numéro de téléphone ou une adresse courriel, ou les deux. Ces renseignements vont au personnel de la " +
      "clinique, et non dans le clavardage.",
    visit: "Visite",
    when: "Quand",
    withWhom: (service, practitioner) => `${service}, avec ${practitioner}`,
    span: (day, from, to) => `${day}, de ${from} à ${to}`,
    here: (moment) => `À l'horloge de cet appareil : ${moment}.`,
    kept: (time) => `Réservé pour vous jusqu'à ${time}.`,
    keptHere: (time) => `Réservé pour vous jusqu'à ${time}, à l'horloge de cet appareil.`,
    minute: "Encore une minute.",
    check: "Continuer",
    summary: "Est-ce exact?",
    notYet: "Rien n'est encore confirmé.",
    book: "Prendre ce rendez-vous",
    change: "Modifier",
    expired:
      "Cette heure était réservée pendant cinq minutes, qui sont écoulées. Aucun rendez-vous n'est pris. Ce que vous " +
      "avez écrit est gardé ici.",
    another: "Choisir une autre heure",
    over: "Cette étape est terminée.",
    booked: "Rendez-vous pris.",
    page: "Aller à la page de réservation",
    see: "Voir, déplacer ou annuler ce rendez-vous",
    calendar: "Ajouter à votre agenda",
  },

  privacy: {
    line: (emergency) =>
      "Assistant automatique. Veuillez n'écrire ni nom ni renseignement personnel. " +
      `En cas d'urgence, appelez ${emergency}.`,
    title: "Comment vos données sont utilisées",
  },

  privacySheet: {
    text: (days) => [
      "La clinique conserve ce que vous écrivez ici. Son personnel peut le lire, pour vous répondre et pour " +
        "améliorer les réponses. Rien ne sert à la publicité.",
      days
        ? `Ce navigateur garde le clavardage en mémoire ${days} jours après votre dernière visite, dans tous ses ` +
          "onglets. Sur un appareil que d'autres utilisent, supprimez le clavardage quand vous avez terminé."
        : "Seule cette page se souvient du clavardage. Quand vous la quittez, vous ne pouvez plus le lire ni le " +
          "supprimer ici; la clinique conserve ce que vous avez envoyé.",
      "Dans le menu, vous pouvez enregistrer une copie du clavardage ou le supprimer. La suppression l'efface des " +
        "dossiers de la clinique, avec les coordonnées que vous avez laissées pour un rappel et les rendez-vous que " +
        "vous y avez pris. Un courriel que la clinique a déjà reçu à ce sujet ne peut pas être retiré.",
    ],
    version: (version) => `Version ${version} de ce texte. La clinique conserve la version qui vous a été présentée.`,
  },

  close: "Fermer",

  erase: {
    title: "Supprimer ce clavardage?",
    text:
      "Tous ses messages sont supprimés des dossiers de la clinique, avec les coordonnées que vous avez laissées " +
      "pour un rappel. Un rendez-vous que vous y avez pris est supprimé aussi : votre heure n'est plus réservée. " +
      "Cette action est irréversible.",
    keep: "Le garder",
    erase: "Supprimer",
  },

  keys: {
    title: "Clavier et lecteurs d'écran",
    list: (framed) => [
      ["Entrée", "envoie votre question; Maj et Entrée commencent une nouvelle ligne."],
      [
        "Tab",
        "parcourt les boutons et les liens, Maj et Tab en sens inverse : de votre question au dernier message.",
      ],
      ["Haut, Bas", "sur un message, mènent au précédent ou au suivant. Début et Fin mènent au premier et au dernier."],
      ["Échap", framed ? "ferme le clavardage." : "mène à votre question, où que vous soyez dans le clavardage."],
    ],
    screenReader:
      "Les nouveaux messages sont lus d'eux-mêmes et ne vous déplacent jamais. Chaque message a un titre qui dit " +
      "qui l'a écrit et quand.",
  },

  notes: {
    lost: "Votre clavardage précédent a pris fin. En voici un nouveau.",
    deleted: "Votre clavardage est supprimé. Écrivez de nouveau quand vous le voulez.",
    empty: "Rien n'est encore conservé : il n'y a rien à enregistrer.",
    late: "Il n'y a pas encore de réponse. Elle s'affichera ici dès qu'elle arrivera.",
    call: (clinic, phone) => ` Vous pouvez aussi appeler ${clinic} au ${phone}.`,
    forgetful:
      "Seule cette page se souvient du clavardage : votre navigateur ne garde rien ici. Il disparaît quand vous " +
      "quittez la page.",
    offline: "Vous êtes hors ligne. Ce que vous écrivez attend ici et sera envoyé au retour de la connexion.",
    again: "Réessayer",
  },

  faults: {
    unreachable: "Le serveur de la clinique est injoignable pour le moment.",
    tooMany: "Cela faisait beaucoup de messages à la fois.",
    tooLong: "Le message est trop long. Veuillez le raccourcir.",
    refused: "Cela n'a pas fonctionné. Veuillez réessayer.",
    unfetched: "Le chargement a échoué. Veuillez réessayer ou recharger la page.",
    unknown: "Un problème est survenu. Veuillez recharger la page.",
    wait: (wait) => ` Vous pourrez réessayer dans ${wait}.`,
    slowed: (wait) => ` Ce que vous avez écrit sera envoyé dans ${wait}.`,
    seconds: (count) => (count <= 1 ? `${count} seconde` : `${count} secondes`),
    minutes: (count) => (count <= 1 ? `${count} minute` : `${count} minutes`),
  },

  copy: {
    title: (clinic) => `Votre clavardage avec ${clinic}`,
    saved: (moment) => `Enregistré le ${moment}`,
    staff: "La clinique",
    everything: "Tout ce qui est conservé au sujet de ce clavardage :",
    file: "clavardage",
  },
};
