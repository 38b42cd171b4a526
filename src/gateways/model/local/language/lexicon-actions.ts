/**
 * Verbs of everyday business and the nouns made from them: `concept: English | Spanish`. Words of a line mean the
 * same to the ranker; the first of each side is the one to say. A phrase is joined by `_`. Spanish verbs stand as
 * infinitives, with the stems that change.
 */
export const readingActions = `
show: show display view see tell explain inform give_me_a_look pull_up bring_up fetch retrieve obtain |
  mostrar muestra ver ensenar ensena decir dime diga digan explicar informar indicar obtener;
check: check verify inspect look review confirm examine look_at look_into check_on | comprobar comprueba
  verificar revisar consultar mirar examinar confirmar echar_un_vistazo echale_un_vistazo;
know: know understand learn find_out wonder wondering curious | saber conocer entender averiguar
  enterarse;
find: find search locate identify look_up lookup | buscar encontrar encuentra localizar hallar
  identificar;
list: list enumerate | listar enumerar listado lista;
compare: compare comparison | comparar comparacion;
calculate: calculate compute estimate simulate simulation quote work_out | calcular estimar simular
  simulacion cotizar calculo presupuestar;
read: read | leer lee;
`;

/** Verbs that change something, so that asking for one that a tool does not offer rules the tool out. */
export const changingActions = `
credit: credit | abonar abono acreditar bonificar bonificacion credito;
refund: refund reimburse reimbursement money_back pay_back pay_me_back give_back | reembolsar reembolso reintegrar
  reintegro devolver_dinero devuelve devolver devolucion;
discount: discount rebate deduct subtract take_off knock_off | descontar descuento descuenta rebaja deducir restar;
cancel: cancel cancellation terminate annul call_off | cancelar cancelacion anular dar_de_baja
  darme_de_baja baja;
remove: remove delete erase discard wipe | eliminar borrar quitar suprimir;
pay: pay payment settle paid | pagar pago liquidar abonar_la_factura;
transfer: transfer wire | transferir transferencia transfiere traspasar traspaso;
move: move relocate relocation | mudar mudanza trasladar traslado mover mueve;
send: send mail forward post dispatch deliver | enviar mandar reenviar;
change: change update modify edit alter correct amend adjust switch swap set | cambiar cambio modificar
  actualizar corregir corrige editar ajustar;
create: create register set_up sign_up | crear registrar alta dar_de_alta;
open: open | abrir abre apertura;
close: close shut | cerrar cierra cierre;
block: block freeze lock suspend bar | bloquear bloqueo congelar suspender;
unblock: unblock unfreeze unlock | desbloquear descongelar;
book: book schedule reserve reservation arrange | reservar reserva agendar programar concertar;
reschedule: reschedule postpone delay put_off push_back | reprogramar posponer aplazar retrasar;
approve: approve accept authorise authorize sign_off | aprobar aprueba aceptar autorizar;
reject: reject decline deny refuse | rechazar denegar deniega;
buy: buy purchase order | comprar compra pedir pide encargar;
run: run execute launch perform carry_out conduct start initiate kick_off trigger | ejecutar lanzar
  realizar iniciar inicia arrancar efectuar correr;
stop: stop halt pause | parar detener pausar;
test: test diagnose diagnostic diagnostics | probar prueba test diagnosticar diagnostico testear;
restart: restart reboot reset | reiniciar reinicio restablecer;
upgrade: upgrade increase raise boost | aumentar subir ampliar mejorar;
reduce: downgrade reduce lower decrease | bajar reducir disminuir rebajar;
extend: extend extension prolong renew renewal | prolongar extender prorrogar prorroga renovar renueva
  renovacion;
apply: apply application | solicitar solicitud;
activate: activate enable turn_on switch_on | activar activacion habilitar encender;
deactivate: deactivate disable turn_off switch_off | desactivar deshabilitar apagar;
replace: replace replacement | reemplazar sustituir sustituye;
fix: fix repair mend restore | reparar reparacion arreglar restaurar;
waive: waive forgive write_off | condonar perdonar_la_deuda;
dispute: dispute contest challenge appeal | disputar impugnar reclamar reclamacion;
withdraw: withdraw withdrawal take_out | retirar retiro;
deposit: deposit | depositar deposito ingresar ingreso;
lend: lend | prestar;
borrow: borrow | endeudarse;
prescribe: prescribe prescription | recetar receta prescribir;
add: add append attach write write_down jot_down note_down log | anadir agregar adjuntar anotar apuntar
  escribir sumar;
assign: assign allocate | asignar;
share: share disclose publish | compartir publicar divulgar;
charge: charge bill_me invoice_me | cobrar cobro cargar;
subscribe: subscribe subscription enrol enroll | suscribir suscripcion inscribir;
unsubscribe: unsubscribe opt_out | desuscribir;
merge: merge combine | fusionar unir combinar;
call: call ring phone_me call_back | llamar llamada;
discharge: discharge | alta_medica dar_el_alta;
print: print | imprimir imprime;
install: install installation | instalar instalacion;
`;
