"""What the law and the policy say of cancelling and withdrawing, in all languages: first versions, for dated rows."""

CANCELLATION = {
    "free_hours": 24,
    "late_share": 2500,
    "near_hours": 3,
    "near_share": 5000,
    "door_share": 10000,
    "door_cap_minor": 5000,
    "helper_share": 8000,
    "asap_grace_minutes": 5,
}
CHANGE_LIMITS = {"weak": 5000, "named_share": 10000, "named_most": 50000}
FOLLOW_UP = {"days_after": 3, "answer_days": 7}
CONTRACT_MODELS = ["agency", "principal", "partner_principal"]
ORDER_BUTTON = {
    "de": "Zahlungspflichtig bestellen",
    "fr": "Commander avec obligation de paiement",
    "it": "Ordinare con obbligo di pagare",
    "en": "Order with obligation to pay",
}
NO_WITHDRAWAL = {
    "version": "2026-1",
    "days": 0,
    "information": {
        "de": "Das Schweizer Recht kennt für Bestellungen im Internet kein allgemeines Widerrufsrecht. "
        "Es gelten die Bedingungen für das Absagen.",
        "fr": "Le droit suisse ne connaît pas de droit général de rétractation pour les commandes en ligne. "
        "Les conditions d’annulation s’appliquent.",
        "it": "Il diritto svizzero non conosce un diritto generale di recesso per gli ordini in rete. "
        "Valgono le condizioni per disdire.",
        "en": "Swiss law knows no general right of withdrawal for orders placed online. "
        "The conditions for cancelling apply.",
    },
}
EU_WITHDRAWAL = {
    "version": "2026-1",
    "days": 14,
    "information": {
        "de": "Sie können diesen Vertrag binnen 14 Tagen nach der Bestellung ohne Angabe von Gründen widerrufen: "
        "auf der Statusseite unter „Vertrag widerrufen“ oder mit einer Nachricht an den Support. "
        "Bis die Arbeit beginnt, kostet es nichts; "
        "danach schulden Sie, was bis dahin geleistet ist. "
        "Mit der vollständigen Erbringung der Leistung erlischt das Widerrufsrecht.",
        "fr": "Vous pouvez vous rétracter de ce contrat dans les 14 jours suivant la commande, sans donner de motif : "
        "sur la page de suivi, sous « Se rétracter du contrat », ou par un message à l’assistance. "
        "Tant que le travail n’a pas commencé, cela ne coûte rien ; "
        "ensuite, vous devez ce qui a été fourni jusque-là. "
        "Le droit de rétractation s’éteint lorsque la prestation est pleinement exécutée.",
        "it": "Può recedere da questo contratto entro 14 giorni dall’ordine senza indicarne il motivo: "
        "sulla pagina di stato, alla voce «Recedere dal contratto», o con un messaggio all’assistenza. "
        "Finché il lavoro non è iniziato non costa nulla; "
        "poi deve quanto fornito fino a quel momento. "
        "Il diritto di recesso si estingue quando la prestazione è stata interamente eseguita.",
        "en": "You may withdraw from this contract within 14 days of ordering without giving a reason: "
        "on the status page under “Withdraw from the contract”, or with a message to support. "
        "Until the work begins it costs nothing; "
        "after that you owe what has been done so far. "
        "The right of withdrawal ends once the service has been fully performed.",
    },
    "declaration": {
        "de": "Ich verlange, dass die Arbeit vor dem Ende der Widerrufsfrist von 14 Tagen beginnt. "
        "Mir ist bekannt, dass mein Widerrufsrecht erlischt, wenn die Leistung vollständig erbracht ist.",
        "fr": "Je demande que le travail commence avant la fin du délai de rétractation de 14 jours. "
        "Je sais que je perds mon droit de rétractation lorsque la prestation est pleinement exécutée.",
        "it": "Chiedo che il lavoro inizi prima della fine del termine di recesso di 14 giorni. "
        "So che perdo il diritto di recesso quando la prestazione è stata interamente eseguita.",
        "en": "I ask for the work to begin before the 14 days of the withdrawal period are over. "
        "I know that I lose my right of withdrawal once the service has been fully performed.",
    },
}
