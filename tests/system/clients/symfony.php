<?php
// Prints the events that Symfony's client receives until it stops by itself, as JSON.
require '/usr/share/php/Symfony/Component/HttpClient/autoload.php';

use Symfony\Component\HttpClient\Chunk\ServerSentEvent;
use Symfony\Component\HttpClient\EventSourceHttpClient;
use Symfony\Component\HttpClient\NativeHttpClient;

$client = new EventSourceHttpClient(new NativeHttpClient());
$events = [];
foreach ($client->stream($client->connect($argv[1]), 10) as $chunk) {
    if ($chunk->isTimeout() || $chunk->isLast()) {
        break;
    }
    if ($chunk instanceof ServerSentEvent) {
        $events[] = ['type' => $chunk->getType(), 'id' => $chunk->getId(), 'data' => $chunk->getData()];
    }
}
echo json_encode($events), "\n";
